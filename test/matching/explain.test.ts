import { describe, expect, it } from 'vitest';
import { explanationText } from '../../cli/commands/explain.ts';
import type { AudioEvidence } from '../../domain/evidence.ts';
import { conclude, type SoundLink } from '../../domain/sound.ts';
import { explain, type Explanation, type ExplainInput } from '../../matching/explain.ts';
import type { RecordingText } from '../../matching/metadata/recordingText.ts';
import { textEvidence } from '../../matching/metadata/score.ts';
import type { SoundWords } from '../../matching/metadata/soundText.ts';
import { weigh } from '../../matching/weigh.ts';
import { official, rare, recording, upload } from './metadata/support.ts';
import { weighing } from './support.ts';

const noAudio: AudioEvidence = { kind: 'none', reason: 'Nothing in the index sounds like it.' };

/** A sound after one attempt by the rules, as the database would hold it. */
function afterAttempt(
  words: SoundWords,
  candidates: readonly RecordingText[],
  more: { audio?: AudioEvidence; rejected?: readonly string[]; person?: SoundLink } = {},
): Explanation {
  const input = weighing({
    text: textEvidence(words, candidates, rare),
    audio: more.audio ?? noAudio,
    rejected: more.rejected ?? [],
  });
  const { ranked, verdict } = weigh(input);
  const conclusion = conclude(verdict);
  const kept =
    verdict.kind === 'sure'
      ? [verdict.best, ...verdict.others]
      : verdict.kind === 'undecided'
        ? verdict.candidates
        : [];
  const ruled: ExplainInput['decisions'] = [
    {
      decidedBy: 'rule',
      kind: conclusion.kind,
      recordingId: conclusion.kind === 'matched' ? conclusion.link.recordingId : null,
      accepted: true,
      why: conclusion.why,
      weights: 'hand',
      detail: { candidates: kept.slice(0, 5) },
    },
  ];
  const word = {
    decidedBy: 'person',
    kind: 'match',
    accepted: true,
    why: 'mara decided',
    weights: null,
    detail: {},
  } as const;
  return explain({
    id: 'tiktok:1',
    status: more.person ? 'matched' : conclusion.kind,
    why: more.person ? word.why : conclusion.why,
    link: more.person ?? (conclusion.kind === 'matched' ? conclusion.link : null),
    words,
    evidence: input.evidence,
    rejected: input.rejected,
    decisions: more.person ? [...ruled, { ...word, recordingId: more.person.recordingId }] : ruled,
    ranked,
    recordings: new Map(candidates.map((candidate) => [candidate.id, candidate])),
  });
}

const song = recording('song', 'After Dark', 'Mr.Kitty');

describe('the fact that separates the closest other recording', () => {
  it.each<[string, SoundWords, readonly RecordingText[], string, string]>([
    [
      'another remixer',
      official('Silence (Fedde le Grand Remix)', 'Marshmello'),
      [
        recording('fedde', 'Silence (Fedde Le Grand Remix)', 'Marshmello;Khalid'),
        recording('tiesto', 'Silence (Tiësto Remix)', 'Marshmello;Khalid'),
      ],
      'tiesto',
      "Candidate is Tiësto's remix, the sound says Fedde le Grand.",
    ],
    [
      'a take that the sound does not name',
      official('After Dark', 'Mr.Kitty'),
      [song, recording('live', 'After Dark (Live at Wembley)', 'Mr.Kitty')],
      'live',
      'Candidate is Live (Wembley), the sound names none.',
    ],
    [
      'the plain recording of a live sound',
      official('After Dark (Live)', 'Mr.Kitty'),
      [song, recording('live', 'After Dark - Live', 'Mr.Kitty')],
      'song',
      'Candidate is the plain recording, the sound says Live.',
    ],
    [
      'a namesake',
      official('After Dark', 'Mr.Kitty'),
      [song, recording('namesake', 'After Dark', 'Paper Lanterns')],
      'namesake',
      'Artists differ: "Mr.Kitty" and Paper Lanterns.',
    ],
    [
      'another part',
      official('After Dark Pt. 2', 'Mr.Kitty'),
      [recording('two', 'After Dark, Part II', 'Mr.Kitty'), recording('three', 'After Dark Pt. 3', 'Mr.Kitty')],
      'three',
      'Candidate is part 3, the sound says part 2.',
    ],
    [
      'twins',
      official('After Dark', 'Mr.Kitty'),
      [
        { ...song, isrc: 'ZZFER2600001' },
        { ...song, id: 'twin', isrc: 'ZZFER2600002' },
      ],
      'twin',
      'Nothing that the sound says separates the two; by the catalogue their ISRC differs: ZZFER2600001 and ZZFER2600002.',
    ],
  ])('%s', (_kind, words, candidates, sibling, fact) => {
    const explanation = afterAttempt(words, candidates);
    expect(explanation.sibling).toMatchObject({ recordingId: sibling });
    expect(explanation.sibling?.fact).toBe(fact);
  });

  it('is what was heard, where only one was', () => {
    const explanation = afterAttempt(official('After Dark', 'Mr.Kitty'), [song, { ...song, id: 'twin' }], {
      audio: {
        kind: 'match',
        candidates: [
          {
            recordingId: 'twin',
            referenceId: 1,
            relation: 'same',
            speedRatio: 1,
            pitchSemitones: 0,
            offsetMs: 0,
            coverage: 0.9,
            logLikelihoodRatio: 25,
          },
        ],
      },
    });
    expect(explanation.best?.recordingId).toBe('twin');
    expect(explanation.sibling?.fact).toContain('Only of the other holds: The audio matches 90 %');
  });
});

describe('where a sound stands', () => {
  it('matched: the bits add up to the total, probabilities to one', () => {
    const explanation = afterAttempt(official('After Dark (TikTok Version)', 'Mr.Kitty'), [
      song,
      recording('live', 'After Dark (Live)', 'Mr.Kitty'),
      recording('far', 'Home', 'Michael Bublé'),
    ]);
    expect(explanation).toMatchObject({ standing: 'linked', decidedBy: 'rule', best: { recordingId: 'song' } });
    const { best, sibling, others, none } = explanation;
    expect(best!.waterfall.at(-1)!.sum).toBeCloseTo(best!.bits!, 6);
    const sum = [best!, sibling!, ...others].reduce((total, candidate) => total + candidate.probability!, none);
    expect(sum).toBeCloseTo(1, 9);
    expect(explanation.sideBySide!.aspects).toContainEqual({
      aspect: 'title',
      sound: 'After Dark',
      recording: 'After Dark',
      agrees: true,
    });
    expect(explanation.sideBySide!.sound.pieces.map((piece) => piece.raw).join('')).toBe('After Dark (TikTok Version)');
  });

  it('review: says what holds the link back', () => {
    const explanation = afterAttempt(official('After Dark (Acoustic)', 'Mr.Kitty'), [song]);
    expect(explanation).toMatchObject({
      standing: 'proposed',
      sibling: null,
      best: { blockedBy: 'the sound says acoustic, the recording does not' },
    });
    expect(explanation.sideBySide!.aspects).toContainEqual({
      aspect: 'version',
      sound: 'Acoustic',
      recording: null,
      agrees: null,
    });
  });

  it('waiting: shows the closest recording that nobody was asked about, and none is likeliest', () => {
    const explanation = afterAttempt(official('After Dark', 'Paper Lanterns'), [song]);
    expect(explanation).toMatchObject({ status: 'waiting', standing: 'closest', best: { recordingId: 'song' } });
    expect(explanation.none).toBeGreaterThan(0.99);
  });

  it('waiting with no candidate: says what each source found', () => {
    const explanation = afterAttempt(upload('original sound - mossy', 'mossy'), []);
    expect(explanation).toMatchObject({ best: null, standing: null, sibling: null, none: 1 });
    expect(explanationText(explanation)).toContain('placeholder');
    expect(explanationText(explanation)).toContain('Nothing in the index sounds like it.');
  });

  it('a person’s match is shown beside what the rules preferred', () => {
    const live = recording('live', 'After Dark (Live)', 'Mr.Kitty');
    const person: SoundLink = {
      recordingId: 'live',
      relation: 'same',
      speedRatio: null,
      pitchSemitones: null,
      offsetMs: null,
      coverage: null,
      probability: 1,
      decidedBy: 'person',
    };
    const explanation = afterAttempt(official('After Dark', 'Mr.Kitty'), [song, live], { person });
    expect(explanation).toMatchObject({
      standing: 'linked',
      decidedBy: 'person',
      best: { recordingId: 'live' },
      sibling: { recordingId: 'song' },
      rule: { kind: 'matched', weights: 'hand' },
    });
    expect(explanation.sibling?.fact).toContain('a person decided otherwise');
    const unheardOf = afterAttempt(official('After Dark', 'Mr.Kitty'), [song], {
      person: { ...person, recordingId: 'unknown' },
    });
    expect(unheardOf.best).toMatchObject({ title: null, bits: null, probability: null });
    expect(explanationText(unheardOf)).toContain('no longer in the catalogue');
  });

  it('a rejected recording is not proposed again, but named', () => {
    const explanation = afterAttempt(official('After Dark', 'Mr.Kitty'), [song], { rejected: ['song'] });
    expect(explanation).toMatchObject({ best: null, rejected: [{ recordingId: 'song', title: 'After Dark' }] });
  });
});

it('reads the side that names both artist and title in the reading that fits', () => {
  const explanation = afterAttempt(upload('Harry Styles - As It Was (sped up) #fyp', 'papertiger'), [
    recording('a', 'As It Was', 'Harry Styles'),
  ]);
  expect(explanation.sideBySide!.aspects.slice(0, 3)).toEqual([
    { aspect: 'title', sound: 'As It Was', recording: 'As It Was', agrees: true },
    { aspect: 'artists', sound: 'Harry Styles', recording: 'Harry Styles', agrees: true },
    { aspect: 'speed', sound: 'sped up', recording: null, agrees: null },
  ]);
});

it('prints the waterfall with its total, in lines that fit the window', () => {
  const text = explanationText(
    afterAttempt(official('After Dark', 'Mr.Kitty'), [song, recording('live', 'After Dark (Live)', 'Mr.Kitty')]),
    100,
  );
  expect(text).toContain('Together +');
  expect(text).toContain('What separates them: Candidate is Live, the sound names none.');
  const bars = text.split('\n').filter((line) => /[█░]/.test(line));
  expect(bars.length).toBeGreaterThanOrEqual(5);
  for (const bar of bars) expect([...bar].length).toBeLessThanOrEqual(100);
});

describe('what the words leave open', () => {
  it('a group that nobody can read, with how likely another recording is meant', () => {
    const explanation = afterAttempt(official('After Dark (Velvet Hour)', 'Mr.Kitty'), [song]);
    const why = 'The sound\'s title has "Velvet Hour" beside it, which the recording does not have.';
    expect(explanation).toMatchObject({ status: 'review', why, best: { leftOpen: [{ text: why, probability: 0.5 }] } });
    const text = explanationText(explanation, 200);
    expect(text).toContain(
      "Another recording may be meant, which the catalogue lacks; each reason by itself:\n  50.0 %  The sound's title",
    );
    // It has no bits, so the waterfall does without it.
    expect(text.split('\n').filter((line) => line.includes('Velvet Hour" beside'))).toHaveLength(2);
  });

  it('a guest whom the recording lacks', () => {
    const explanation = afterAttempt(official('After Dark (feat. Tess Okoro)', 'Mr.Kitty'), [song]);
    expect(explanation).toMatchObject({
      status: 'review',
      why: 'The sound names Tess Okoro, the recording does not.',
      best: { leftOpen: [{ probability: 0.6 }] },
    });
  });

  it('a guest whom the sound does not name, which costs next to nothing', () => {
    const explanation = afterAttempt(official('After Dark', 'Mr.Kitty'), [
      recording('tess', 'After Dark (feat. Tess Okoro)', 'Mr.Kitty;Tess Okoro'),
    ]);
    expect(explanation).toMatchObject({ status: 'matched', best: { recordingId: 'tess' } });
    const [left] = explanation.best!.leftOpen;
    expect(left!.text).toBe('The recording names Tess Okoro, the sound does not.');
    expect(left!.probability).toBeLessThan(0.02);
  });
});

it('the explanation is plain JSON', () => {
  const explanation = afterAttempt(official('After Dark', 'Mr.Kitty'), [song]);
  expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
});
