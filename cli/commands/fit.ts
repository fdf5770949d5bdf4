// Fits the weights to people's decisions and shows how far the stated probabilities can be believed, before and after.

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { decidedSounds } from '../../store/sounds/decisions.ts';
import type { DecidedSound } from '../../domain/decision.ts';
import { fitDefaults, fitWeights, type Judged, type ReliabilityBin } from '../../matching/fit.ts';
import type { Weights } from '../../matching/weights.ts';
import { expectWords, flagText, type Command } from '../command.ts';
import { Failed, Misuse } from '../../domain/failures.ts';
import { withDatabase } from '../../app/connection.ts';
import { table } from '../terminal.ts';
import { loadWeights } from '../../app/weights.ts';

export const fit: Command = {
  name: 'fit',
  summary: "Fit the weights to people's decisions; the hand weights hold where the decisions say nothing.",
  words: '',
  options: {
    out: { type: 'string', value: 'FILE', help: 'where the new weights go; use them with FERMATA_WEIGHTS=FILE' },
    decisions: { type: 'string', value: 'FILE', help: 'fit to the decisions in this file instead of the database' },
    svg: { type: 'string', value: 'FILE', help: 'draw the reliability diagram, before and after' },
  },
  notes: [
    `At least ${fitDefaults.leastDecisions} decisions are needed, ${fitDefaults.leastOfEach} of them for a recording and ${fitDefaults.leastOfEach} against. The recordings of ${Math.round(100 * fitDefaults.validationShare)} % are kept aside to judge;`,
    'weights that do worse there are not written. A file of decisions holds one a line: {"soundId","kind":"match|reject|',
    'noSuchRecording|notMusic","recordingId","ruled","weights","candidates":[{"link":{"recordingId"},"reasons":[…]}]}.',
  ].join('\n'),
  examples: ['fermata fit --out weights.json --svg reliability.svg', 'FERMATA_WEIGHTS=weights.json fermata up'],
  async run(call) {
    expectWords(call);
    const out = flagText(call, 'out');
    if (out === null) throw new Misuse('--out FILE is needed');
    const file = flagText(call, 'decisions');
    const base = await loadWeights(call.config);
    const decided =
      file === null
        ? await withDatabase(call.config, ({ database }) => decidedSounds(database))
        : await readDecided(file);
    const result = fitWeights(decided, base);
    if (result.kind === 'too few') {
      if (call.json) call.terminal.out(JSON.stringify(result));
      throw new Failed(
        `nothing was fitted: ${result.why}`,
        'decide more sounds with "fermata match", "reject" and "dismiss"',
      );
    }
    const weights: Weights = { set: nameOf(result.weights), ...result.weights };
    const svg = flagText(call, 'svg');
    if (svg !== null) await writeFile(svg, reliabilitySvg(result.before, result.after, base.set, weights.set));
    if (result.better) {
      const from = { decisions: result.usable, judgedOn: result.judgedOn, before: base.set };
      await writeFile(out, `${JSON.stringify({ ...weights, from }, null, 2)}\n`);
    }
    if (call.json) call.terminal.out(JSON.stringify({ ...result, weights, written: result.better ? out : null }));
    else {
      call.terminal.out(
        `${result.usable} decisions, ${result.judgedOn} of them kept aside to judge${result.ignored === 0 ? '' : `; ${result.ignored} cannot be used (other weights, or nothing weighed)`}`,
      );
      call.terminal.out('');
      call.terminal.out(factorTable(weights));
      for (const [when, judged] of [
        [`before (${base.set})`, result.before],
        [`after (${weights.set})`, result.after],
      ] as const) {
        call.terminal.out(
          `\n${when}: log loss ${judged.logLoss.toFixed(4)} a sound, squared error ${judged.brier.toFixed(4)}\n${reliabilityTable(judged.bins)}`,
        );
      }
    }
    if (!result.better)
      throw new Failed(
        `the weights ${base.set} do better on the decisions kept aside: nothing was written`,
        'they are good as they are, or more decisions are needed',
      );
    call.terminal.talk(`${out} holds the weights ${weights.set}; FERMATA_WEIGHTS=${out} uses them`);
    return 0;
  },
};

async function readDecided(file: string): Promise<DecidedSound[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      const sound = JSON.parse(line) as DecidedSound;
      if (!['match', 'reject', 'noSuchRecording', 'notMusic'].includes(sound.kind) || !Array.isArray(sound.candidates))
        throw new Error('no kind of decision, or no candidates');
      return [sound];
    } catch (error) {
      throw new Failed(`${file}:${i + 1}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

/** By content: the same weights have the same name wherever they were fitted. */
function nameOf(weights: Omit<Weights, 'set'>): string {
  return `fitted-${createHash('sha256').update(JSON.stringify(weights)).digest('hex').slice(0, 10)}`;
}

function factorTable(weights: Weights): string {
  return table(
    ['what', 'factor'],
    [
      ['offset', `${weights.offsetBits.toFixed(2)} bits`],
      ...Object.entries(weights.scales).map(([name, factor]) => [name, factor.toFixed(3)]),
    ],
  );
}

function reliabilityTable(bins: readonly ReliabilityBin[]): string {
  return table(
    ['stated', 'n', 'mean stated', 'turned out right'],
    bins.map(({ from, to, n, meanStated, observed }) => [
      `${from}–${to}`,
      String(n),
      meanStated.toFixed(3),
      `${observed.toFixed(3)} ${'█'.repeat(Math.round(observed * 20))}`,
    ]),
  );
}

/** Stated against observed for both sets of weights; a dot's area grows with the number of candidates in its bin. */
export function reliabilitySvg(before: Judged, after: Judged, beforeName: string, afterName: string): string {
  const [size, margin] = [320, 40];
  const at = (p: number): number => margin + p * size;
  const up = (p: number): number => margin + (1 - p) * size;
  const series = (judged: Judged, colour: string): string => {
    const line = judged.bins.map((bin) => `${at(bin.meanStated).toFixed(1)},${up(bin.observed).toFixed(1)}`).join(' ');
    const dots = judged.bins.map(
      (bin) =>
        `<circle cx="${at(bin.meanStated).toFixed(1)}" cy="${up(bin.observed).toFixed(1)}" r="${(2 + Math.log2(1 + bin.n)).toFixed(1)}" fill="${colour}" fill-opacity="0.6"><title>${bin.n} candidates: stated ${bin.meanStated.toFixed(3)}, right ${bin.observed.toFixed(3)}</title></circle>`,
    );
    return `<polyline points="${line}" fill="none" stroke="${colour}"/>${dots.join('')}`;
  };
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (p) =>
      `<text x="${at(p)}" y="${margin + size + 16}" text-anchor="middle">${p}</text><text x="${margin - 6}" y="${up(p) + 4}" text-anchor="end">${p}</text>`,
  );
  const whole = size + 2 * margin;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole} ${whole + 24}" font-family="sans-serif" font-size="11">
<rect x="${margin}" y="${margin}" width="${size}" height="${size}" fill="none" stroke="#999"/>
<line x1="${at(0)}" y1="${up(0)}" x2="${at(1)}" y2="${up(1)}" stroke="#999" stroke-dasharray="4"/>
${ticks.join('')}
${series(before, '#c0562f')}
${series(after, '#1f6f8b')}
<text x="${margin}" y="24"><tspan fill="#c0562f">● before (${beforeName})</tspan> <tspan fill="#1f6f8b">● after (${afterName})</tspan></text>
<text x="${margin + size / 2}" y="${whole + 4}" text-anchor="middle">stated probability</text>
<text transform="translate(12 ${margin + size / 2}) rotate(-90)" text-anchor="middle">share that turned out right</text>
</svg>
`;
}
