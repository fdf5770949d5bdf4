// What a run of the leave-one-out came to: by form, and by kind of error.

import type { Calibration } from './calibration.ts';
import { differences, type Difference } from './differences.ts';
import { officialForms, uploadForms } from './forms.ts';
import { type Asked, type Condition, type Outcome, wholeAlbumForm } from './leaveOneOut.ts';

type Outcomes = Record<Outcome, number>;

const none = (): Outcomes => ({
  linked: 0,
  'relation lost': 0,
  review: 0,
  refused: 0,
  'another within 3 s': 0,
  another: 0,
});

export const asked = (outcomes: Outcomes): number => Object.values(outcomes).reduce((sum, n) => sum + n, 0);

export class Summary {
  readonly #forms = new Map<string, Outcomes>();
  readonly #kinds = new Map<string, number>();

  /** Counts one, and what it says for the calibration. */
  add(one: Asked, calibration: Calibration): void {
    for (const decidable of one.decidable ? [true, null] : [false, null]) {
      const key = keyOf(one.form, one.condition, decidable);
      const outcomes = this.#forms.get(key) ?? none();
      this.#forms.set(key, outcomes);
      outcomes[one.outcome] += 1;
    }
    const group = groupOf(one.form);
    if (one.kind !== null) {
      const key = `${one.condition}\n${one.kind}\n${group}`;
      this.#kinds.set(key, (this.#kinds.get(key) ?? 0) + 1);
    }
    if (one.probability === null) return;
    const stated = {
      probability: one.probability,
      right: one.firstIsRight,
      linked: one.outcome !== 'review' && one.outcome !== 'refused',
    };
    // How often a sound's recording is missing nobody knows: stated as if in every second case.
    calibration.add({ set: group === 'whole albums' ? group : `${group}: there or gone, in equal parts`, ...stated });
    if (one.condition === 'present') calibration.addTo(`${group}: there`, stated);
    if (group === 'whole albums') return;
    calibration.addTo(allForms, stated);
    if (one.decidable) calibration.addTo(decidableForms, stated);
  }

  /** `decidable` null: all of them. */
  of(form: string, condition: Condition, decidable: boolean | null = null): Outcomes {
    return this.#forms.get(keyOf(form, condition, decidable)) ?? none();
  }

  /** Kinds of errors under a condition. */
  kinds(condition: Condition): readonly string[] {
    const found = [...this.#kinds.keys()].map((key) => key.split('\n'));
    return [...new Set(found.filter(([where]) => where === condition).map(([, kind]) => kind!))];
  }

  kind(condition: Condition, kind: string, group: Group): number {
    return this.#kinds.get(`${condition}\n${kind}\n${group}`) ?? 0;
  }
}

const groups = ['official', 'other official forms', 'uploads', 'whole albums'] as const;
type Group = (typeof groups)[number];

/** Every form, recordings there and gone in equal parts. */
export const allForms = '**leave-one-out**';
export const decidableForms = 'leave-one-out, where words decide';

const keyOf = (form: string, condition: Condition, decidable: boolean | null): string =>
  `${form}\n${condition}\n${decidable}`;

/** The form that goals speak of stands alone; the other official ones together, the uploads together. */
function groupOf(form: string): Group {
  if (form === officialForms[0]!.name) return 'official';
  if (form === wholeAlbumForm) return 'whole albums';
  return officialForms.some(({ name }) => name === form) ? 'other official forms' : 'uploads';
}

export const percent = (n: number, of: number, digits = 1): string =>
  of === 0 ? '' : `${((100 * n) / of).toFixed(digits)} %`;

/** A form's name in a table. */
const named = (name: string): string => name.replaceAll('|', '\\|');

const cell = (n: number): string => (n === 0 ? '' : String(n));

/** One row a form, the weakest first. */
export function formsTable(summary: Summary, condition: Condition): string {
  const rows = [...officialForms, ...uploadForms]
    .map((form) => {
      const outcomes = summary.of(form.name, condition);
      const decidable = summary.of(form.name, condition, true);
      return { form, outcomes, decidable, n: asked(outcomes) };
    })
    .filter(({ n }) => n > 0);
  if (condition === 'present')
    return [
      '| form | n | goal | linked | where words decide | relation lost | to a person | missed | another, ≤ 3 s | another |',
      '| --- |' + ' --- |'.repeat(9),
      ...rows
        .sort((a, b) => a.outcomes.linked / a.n - b.outcomes.linked / b.n)
        .map(
          ({ form, outcomes, decidable, n }) =>
            `| ${named(form.name)} | ${n} | ${form.goal === null ? '' : percent(form.goal, 1, 0)} | ${percent(outcomes.linked, n)} | ${percent(decidable.linked, asked(decidable))} | ${cell(outcomes['relation lost'])} | ${cell(outcomes.review)} | ${cell(outcomes.refused)} | ${cell(outcomes['another within 3 s'])} | ${cell(outcomes.another)} |`,
        ),
    ].join('\n');
  const wrong = (outcomes: Outcomes): number => outcomes.another + outcomes['another within 3 s'];
  return [
    '| form | n | nothing | to a person | another, ≤ 3 s | another, > 3 s | of these where words decide |',
    '| --- |' + ' --- |'.repeat(6),
    ...rows
      .sort((a, b) => wrong(b.outcomes) / b.n - wrong(a.outcomes) / a.n)
      .map(
        ({ form, outcomes, decidable, n }) =>
          `| ${named(form.name)} | ${n} | ${outcomes.refused} | ${outcomes.review} | ${cell(outcomes['another within 3 s'])} | ${cell(outcomes.another)} | ${cell(wrong(decidable))} |`,
      ),
  ].join('\n');
}

/** Kinds of errors with a made-up example, those of the official form first; the other half's count in brackets. */
export function kindsTable(condition: Condition, summary: Summary, other: Summary | null): string {
  const shown = groups.filter((group) => group !== 'whole albums' || condition === 'absent');
  const total = (kind: string): number => shown.reduce((sum, group) => sum + summary.kind(condition, kind, group), 0);
  const cellOf = (kind: string, group: Group): string => {
    const [n, m] = [summary.kind(condition, kind, group), other?.kind(condition, kind, group) ?? 0];
    return n === 0 && m === 0 ? '' : m === 0 && other === null ? String(n) : `${n} (${m})`;
  };
  return [
    `| what happened | ${shown.join(' | ')} | for example |`,
    `| --- |${' --- |'.repeat(shown.length + 1)}`,
    ...[...new Set([...summary.kinds(condition), ...(other?.kinds(condition) ?? [])])]
      .sort(
        (a, b) =>
          summary.kind(condition, b, 'official') - summary.kind(condition, a, 'official') ||
          total(b) - total(a) ||
          (a < b ? -1 : 1),
      )
      .map((kind) => `| ${kind} | ${shown.map((group) => cellOf(kind, group)).join(' | ')} | ${exampleOf(kind)} |`),
  ].join('\n');
}

/** Of kinds that are no difference between two recordings. */
const examples: readonly (readonly [said: string, example: string])[] = [
  ['(a title of one word)', 'a title that many bear: "Lanterns" by Ada Quill'],
  ['(a title of several words)', 'a title of common words: "You and Me" by Ada Quill'],
  ['(the title’s guest is not named)', '"Paper Lanterns" for "Paper Lanterns (feat. Tess Okoro)"'],
  ['may be another title', '"B*tch" for "Bitch"'],
  ['Neither the artist', 'only the guest is named'],
  ['The sound names', '"Paper Lanterns" by Ada Quill & Tess Okoro for the one by Ada Quill'],
  ['Many play this work', 'a sonata by its composer alone, of which the catalogue has one player’s recording'],
  ['of which the sound does not speak', '"Paper Lanterns" for the one on "Spotify Singles"'],
  ["The sound's title has", '"Paper Lanterns (Velvet Hour)" for "Paper Lanterns"'],
  ["The recording's title has", '"Paper Lanterns" for "Paper Lanterns (Velvet Hour)"'],
  ['is part N', '"Paper Lanterns" for "Paper Lanterns - Pt. 2"'],
  ['relation lost', '"Paper Lanterns (s l o w e d)" linked as the recording itself'],
  ['not found', '"With You - Ada Quill", read as a guest and a title'],
  ['found, thought too unlikely', '"Paper Lanterns (Ada Quill)" by an uploader'],
];

function exampleOf(kind: string): string {
  const difference = Object.keys(differences)
    .filter((each) => kind.includes(`: ${each}`) || kind.includes(`(${each})`))
    .sort((a, b) => b.length - a.length)[0] as Difference | undefined;
  if (difference !== undefined) return `${differences[difference][0]}: ${differences[difference][1]}`;
  return examples.find(([said]) => kind.includes(said))?.[1] ?? '';
}
