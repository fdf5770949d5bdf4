import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AudioCandidate, AudioEvidence, MetadataEvidence, SoundPart } from '../../domain/evidence.ts';
import type { Verdict } from '../../domain/decision.ts';
import type { RecordingText } from '../../matching/metadata/recordingText.ts';
import { textEvidence } from '../../matching/metadata/score.ts';
import type { SoundWords } from '../../matching/metadata/soundText.ts';
import { thresholds } from '../../matching/thresholds.ts';
import { ranked, verdictOn } from './support.ts';
import { official, rare, recording, upload } from './metadata/support.ts';

const noAudio: AudioEvidence = { kind: 'none', reason: 'Nothing in the index sounds like it.' };
const noText: MetadataEvidence = { kind: 'unusable', code: 'no_text', reason: 'The title is a placeholder.' };

function heard(recordingId: string, bits: number, more: Partial<AudioCandidate> = {}): AudioCandidate {
  return {
    recordingId,
    referenceId: 1,
    relation: 'same',
    speedRatio: 1,
    pitchSemitones: 0,
    offsetMs: 12_000,
    coverage: 0.9,
    logLikelihoodRatio: bits,
    ...more,
  };
}

const match = (...candidates: AudioCandidate[]): AudioEvidence => ({ kind: 'match', candidates });

function decide(
  sound: SoundWords,
  candidates: readonly RecordingText[],
  audio: AudioEvidence = noAudio,
  rejected: readonly string[] = [],
): Verdict {
  return verdictOn({
    text: textEvidence(sound, candidates, rare),
    audio,
    rejected,
    catalogueSize: 1000,
    userMade: sound.userMade === true,
  });
}

const linked = (verdict: Verdict): string | null => (verdict.kind === 'sure' ? verdict.best.link.recordingId : null);

const song = recording('song', 'After Dark', 'Mr.Kitty');
const sped = recording('sped', 'After Dark (Sped Up)', 'Mr.Kitty');
const live = recording('live', 'After Dark (Live)', 'Mr.Kitty');
const home = recording('home', 'Home', 'Michael Bublé');

describe('words alone', () => {
  it('links an official sound under release wording', () => {
    const verdict = decide(official('After Dark (TikTok Version)', 'Mr.Kitty'), [live, song, home]);
    expect(verdict).toMatchObject({
      kind: 'sure',
      best: { link: { recordingId: 'song', relation: 'same', speedRatio: null } },
    });
  });

  it('prefers the official sped-up release, and derives from the original without one', () => {
    expect(linked(decide(official('After Dark - sped up', 'Mr.Kitty'), [song, sped]))).toBe('sped');
    expect(decide(official('After Dark - sped up', 'Mr.Kitty'), [song])).toMatchObject({
      kind: 'sure',
      best: { link: { recordingId: 'song', relation: 'sped_up' } },
    });
  });

  it('sends a version that the catalogue lacks to a person', () => {
    const verdict = decide(official('After Dark (Live)', 'Mr.Kitty'), [song]);
    expect(verdict).toMatchObject({
      kind: 'undecided',
      why: 'Held back: the sound says live, the recording does not.',
    });
  });

  it('sends two recordings with equal text to a person', () => {
    const verdict = decide(official('After Dark', 'Mr.Kitty'), [song, { ...song, id: 'twin' }]);
    expect(verdict).toMatchObject({ kind: 'undecided', why: 'Several recordings fit equally well.' });
    expect(verdict.kind === 'undecided' && verdict.candidates.map((candidate) => candidate.link.recordingId)).toEqual([
      'song',
      'twin',
    ]);
  });

  it('asks a person when the platform’s id names another recording than the words, unless audio proves the words', () => {
    const hints = [{ kind: 'dsp', platform: 'spotify', id: '3KkX' }] as const;
    const meant = recording('meant', 'Harbour Lines', 'Ada Quill', {
      externalIds: [{ platform: 'spotify', id: '3KkX' }],
    });
    const sound = official('After Dark', 'Mr.Kitty', { hints });
    expect(decide(sound, [song, meant])).toMatchObject({
      kind: 'undecided',
      why: 'The words and the platform name different recordings.',
    });
    expect(linked(decide(sound, [song, meant], match(heard('song', 30))))).toBe('song');
  });

  it('takes the twin that the platform’s id names', () => {
    const hints = [{ kind: 'dsp', platform: 'spotify', id: '3KkX' }] as const;
    const meant = recording('meant', 'After Dark', 'Mr.Kitty', { externalIds: [{ platform: 'spotify', id: '3KkX' }] });
    expect(linked(decide(official('After Dark', 'Mr.Kitty', { hints }), [song, meant]))).toBe('meant');
  });

  it('waits when only a namesake is known', () => {
    expect(decide(official('Home', 'Another Band'), [home]).kind).toBe('nothing');
    expect(decide(upload('home', 'mossy'), [home]).kind).toBe('nothing');
  });

  it('adds up: the reasons of a waterfall give the candidate’s bits', () => {
    const verdict = decide(official('After Dark', 'Mr.Kitty'), [song], match(heard('song', 20)));
    if (verdict.kind !== 'sure') throw new Error(verdict.kind);
    expect(verdict.best.reasons.reduce((sum, reason) => sum + reason.bits, 0)).toBeCloseTo(verdict.best.bits, 9);
  });
});

describe('two recordings in one sound', () => {
  const part = (fromS: number, toS: number): { parts: readonly SoundPart[]; coverage: number } => ({
    parts: [{ fromMs: fromS * 1000, toMs: toS * 1000 }],
    coverage: (toS - fromS) / 30,
  });
  const first = heard('song', 200, { relation: 'contains', ...part(0, 14) });
  const second = heard('home', 180, { relation: 'contains', ...part(14, 30) });
  const unnamed = upload('original sound', 'somebody');

  it('shows both to a person, each with its part', () => {
    const verdict = decide(unnamed, [], match(first, second));
    expect(verdict).toMatchObject({
      kind: 'undecided',
      why: 'Two recordings are heard in different parts of the sound, in 53 and 47 % of it.',
    });
    const shown = verdict.kind === 'undecided' ? verdict.candidates : [];
    expect(
      shown.map(({ link, reasons }) => [link.recordingId, reasons.find(({ root }) => root === 'audio')?.text]),
    ).toEqual([
      ['home', 'The audio matches 53 % of the sound, 0:14–0:30, at its own speed.'],
      ['song', 'The audio matches 47 % of the sound, 0:00–0:14, at its own speed.'],
    ]);
    expect(Math.min(...shown.map(({ probability }) => probability))).toBeGreaterThan(0.95);
    expect(decide(unnamed, [], match(second, first))).toEqual(verdict);
  });

  it('links the one that the sound is about when the other is a snippet', () => {
    const most = heard('song', 200, { relation: 'contains', ...part(0, 23) });
    const snippet = heard('home', 240, { relation: 'contains', ...part(24, 30) });
    expect(linked(decide(unnamed, [], match(snippet, most)))).toBe('song');
  });

  it('links the one that the title names', () => {
    expect(linked(decide(upload('After Dark', 'Mr.Kitty'), [song, home], match(second, first)))).toBe('song');
  });

  it('does not take a sped-up recording for a sibling of what is heard elsewhere', () => {
    const sped = { ...second, speedRatio: 1.25, pitchSemitones: 3.86, relation: 'sped_up' as const };
    expect(decide(unnamed, [], match(first, sped))).toMatchObject({
      kind: 'undecided',
      why: 'Two recordings are heard in different parts of the sound, in 53 and 47 % of it.',
    });
    expect(
      ranked({ text: noText, audio: match(first, sped), rejected: [], catalogueSize: 1000 })[0]!.probability,
    ).toBeGreaterThan(0.95);
  });

  it('lets them compete where they overlap', () => {
    const whole = heard('twin', 200, part(0, 30));
    expect(decide(unnamed, [], match(whole, { ...whole, recordingId: 'other' }))).toMatchObject({
      kind: 'undecided',
      why: 'Several recordings fit equally well.',
    });
  });
});

describe('audio alone', () => {
  it('links an "original sound" by its audio, with speed and offset', () => {
    const verdict = verdictOn({
      text: noText,
      audio: match(heard('song', 28, { speedRatio: 1.25, pitchSemitones: 3.86, relation: 'sped_up' })),
      rejected: [],
      catalogueSize: 1000,
      userMade: true,
    });
    expect(verdict).toMatchObject({
      kind: 'sure',
      best: { link: { recordingId: 'song', relation: 'sped_up', speedRatio: 1.25, offsetMs: 12_000 } },
    });
  });

  it('asks a person when it is weak, and more so in a large index', () => {
    const at = (bits: number, catalogueSize: number): string =>
      verdictOn({ text: noText, audio: match(heard('song', bits)), rejected: [], catalogueSize }).kind;
    expect(at(20, 1000)).toBe('sure');
    expect(at(14, 1000)).toBe('undecided');
    expect(at(6, 1000)).toBe('nothing');
    expect(at(20, 10_000_000)).toBe('nothing');
    expect(at(29, 10_000_000)).toBe('sure');
  });

  it('takes the sibling that plays at its own speed', () => {
    const audio = match(
      heard('song', 29, { speedRatio: 1.25, relation: 'sped_up' }),
      heard('sped', 27, { referenceId: 2 }),
    );
    expect(verdictOn({ text: noText, audio, rejected: [], catalogueSize: 1000 })).toMatchObject({
      kind: 'sure',
      best: { link: { recordingId: 'sped', relation: 'same' } },
    });
  });

  it('counts several references of one recording once', () => {
    const once = verdictOn({ text: noText, audio: match(heard('song', 14)), rejected: [], catalogueSize: 1000 });
    const thrice = verdictOn({
      text: noText,
      audio: match(heard('song', 14), heard('song', 13, { referenceId: 2 }), heard('song', 12, { referenceId: 3 })),
      rejected: [],
      catalogueSize: 1000,
    });
    expect(thrice).toEqual(once);
  });
});

describe('words and audio together', () => {
  it('believes the audio about the speed', () => {
    const untagged = decide(
      official('After Dark', 'Mr.Kitty'),
      [song],
      match(heard('song', 25, { speedRatio: 0.8, relation: 'slowed' })),
    );
    expect(untagged).toMatchObject({ kind: 'sure', best: { link: { relation: 'slowed' } } });
    const mistagged = decide(official('After Dark (sped up)', 'Mr.Kitty'), [song], match(heard('song', 25)));
    expect(mistagged).toMatchObject({ kind: 'sure', best: { link: { relation: 'same', speedRatio: 1 } } });
  });

  it('links an altered release that the title does not name once audio agrees', () => {
    expect(decide(official('After Dark', 'Mr.Kitty'), [sped]).kind).toBe('undecided');
    expect(linked(decide(official('After Dark', 'Mr.Kitty'), [sped], match(heard('sped', 25))))).toBe('sped');
  });

  it('asks a person when they name different recordings', () => {
    const verdict = decide(official('After Dark', 'Mr.Kitty'), [song, home], match(heard('home', 29)));
    expect(verdict).toMatchObject({ kind: 'undecided' });
    expect(
      verdict.kind === 'undecided' && verdict.candidates.map((candidate) => candidate.link.recordingId).sort(),
    ).toEqual(['home', 'song']);
  });

  it('lets strong audio overrule the title of a person’s upload', () => {
    const upload1 = upload('after dark mr kitty', 'mossy');
    expect(linked(decide(upload1, [song, home], match(heard('home', 29))))).not.toBe('song');
    const unrelated = upload('my cat falling off things', 'mossy');
    expect(linked(decide(unrelated, [home], match(heard('home', 29))))).toBe('home');
  });

  it('does not link a well-named sound whose audio is silence', () => {
    const verdict = decide(official('After Dark', 'Mr.Kitty'), [song], {
      kind: 'unusable',
      code: 'silence',
      reason: 'The audio is silent.',
    });
    expect(verdict).toMatchObject({ kind: 'undecided', why: 'The words agree, but the audio is silence.' });
  });

  it('holds a reference that was searched in vain against the words', () => {
    const text = textEvidence(official('After Dark', 'Mr.Kitty'), [song], rare);
    const verdict = verdictOn({ text, audio: noAudio, rejected: [], catalogueSize: 1000, searched: ['song'] });
    expect(verdict.kind).toBe('undecided');
  });
});

describe('people and outages', () => {
  it('never proposes what a person rejected', () => {
    for (const audio of [noAudio, match(heard('song', 30))]) {
      const verdict = decide(official('After Dark', 'Mr.Kitty'), [song, live], audio, ['song']);
      expect(JSON.stringify(verdict)).not.toContain('"song"');
    }
  });

  it('a sure verdict stands while a source is down; nothing waits for it', () => {
    const down: AudioEvidence = { kind: 'unavailable', reason: 'index is being rebuilt', untilMs: 1_900_000 };
    expect(linked(decide(official('After Dark', 'Mr.Kitty'), [song], down))).toBe('song');
    expect(verdictOn({ text: noText, audio: down, rejected: [], catalogueSize: 1000 })).toEqual({
      kind: 'nothing',
      why: 'Could not look everywhere yet.',
      unavailable: ['audio: index is being rebuilt'],
      untilMs: 1_900_000,
    });
    const both = verdictOn({
      text: { kind: 'unavailable', reason: 'database', untilMs: 5 },
      audio: down,
      rejected: [],
      catalogueSize: 1000,
    });
    expect(both).toMatchObject({ kind: 'nothing', untilMs: 5 });
  });

  it.each([
    ['silence', noText, 'unusable'],
    ['speech', { kind: 'none', reason: 'No namesake.' }, 'unusable'],
    ['unreadable', noText, 'unusable'],
    // Its words are as good as those of a sound without audio.
    ['unreadable', { kind: 'none', reason: 'No namesake.' }, 'nothing'],
    ['too_short', { kind: 'none', reason: 'No namesake.' }, 'nothing'],
    ['silence', { kind: 'none', reason: 'No namesake.' }, 'nothing'],
    ['no_audio', { kind: 'none', reason: 'No namesake.' }, 'nothing'],
    ['silence', { kind: 'unavailable', reason: 'database', untilMs: null }, 'nothing'],
  ] as const)('audio %s with text %j: %s', (code, text, kind) => {
    expect(
      verdictOn({
        text,
        audio: { kind: 'unusable', code, reason: 'The audio says nothing.' },
        rejected: [],
        catalogueSize: 1000,
      }).kind,
    ).toBe(kind);
  });
});

// ---- laws ------------------------------------------------------------------------------------------------------------

const titleArb = fc.constantFrom(
  'Home',
  'After Dark',
  'After Dark (Live)',
  'After Dark (Sped Up)',
  'Blinding Lights',
  'Blinding Lights - Remix',
  '夜に駆ける',
  'Intro',
  'original sound - x',
  'Song Pt. 2',
);
const artistArb = fc.constantFrom('Mr.Kitty', 'The Weeknd', 'Michael Bublé', 'YOASOBI', 'The xx');
const soundArb = fc
  .record({ title: titleArb, artist: fc.option(artistArb), made: fc.constantFrom(true, false, null) })
  .map(({ title, artist, made }) => official(title, artist, { original: made }));
const candidatesArb = fc
  .uniqueArray(fc.tuple(titleArb, artistArb), { maxLength: 8, selector: ([title, artist]) => title + artist })
  .map((pairs) => pairs.map(([title, artist], i) => recording(`r${i}`, title, artist)));
const audioArb = (ids: readonly string[]): fc.Arbitrary<AudioEvidence> =>
  ids.length === 0
    ? fc.constant(noAudio)
    : fc
        .array(
          fc.record({
            id: fc.constantFrom(...ids),
            bits: fc.double({ min: -10, max: 35, noNaN: true }),
            speedRatio: fc.constantFrom(0.8, 1, 1.25),
            referenceId: fc.nat(5),
          }),
          { maxLength: 4 },
        )
        .map((list) =>
          list.length === 0
            ? noAudio
            : match(
                ...list.map(({ id, bits, speedRatio, referenceId }) =>
                  heard(id, bits, {
                    speedRatio,
                    referenceId,
                    relation: speedRatio === 1 ? 'same' : speedRatio > 1 ? 'sped_up' : 'slowed',
                  }),
                ),
              ),
        );
const situation = fc
  .tuple(soundArb, candidatesArb)
  .chain(([sound, candidates]) =>
    audioArb(candidates.map((candidate) => candidate.id)).map((audio) => ({ sound, candidates, audio })),
  );

describe('laws', () => {
  it('the order of candidates changes nothing', () => {
    fc.assert(
      fc.property(situation, fc.infiniteStream(fc.nat(1000)), ({ sound, candidates, audio }, keys) => {
        const shuffle = <T>(list: readonly T[]): T[] =>
          list
            .map((each) => ({ each, key: keys.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ each }) => each);
        const other: AudioEvidence = audio.kind === 'match' ? match(...shuffle(audio.candidates)) : audio;
        expect(decide(sound, shuffle(candidates), other)).toEqual(decide(sound, candidates, audio));
      }),
      { numRuns: 1000 },
    );
  });

  it('an unrelated candidate never turns a sure link into another one', () => {
    fc.assert(
      fc.property(situation, ({ sound, candidates, audio }) => {
        const before = linked(decide(sound, candidates, audio));
        const after = linked(
          decide(sound, [...candidates, recording('unrelated', 'Monkeys Spinning Monkeys', 'Kevin MacLeod')], audio),
        );
        expect(after === before || after === null || before === null ? after !== 'unrelated' : false).toBe(true);
        if (before !== null) expect(after).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });

  it('a title without its artist is never sure by words alone', () => {
    fc.assert(
      fc.property(
        fc.oneof(titleArb, fc.string({ unit: 'grapheme', maxLength: 60 })),
        fc.constantFrom(true, false, null),
        fc.nat(100),
        (title, made, catalogueSize) => {
          const text = textEvidence(
            official(title, null, { original: made }),
            [recording('a', title, 'Somebody Unnamed')],
            { titleFrequency: () => 1, catalogueSize },
          );
          expect(verdictOn({ text, audio: noAudio, rejected: [], catalogueSize }).kind).not.toBe('sure');
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('probabilities are probabilities, and sure means what it says', () => {
    fc.assert(
      fc.property(situation, ({ sound, candidates, audio }) => {
        const verdict = decide(sound, candidates, audio);
        const shown =
          verdict.kind === 'sure'
            ? [verdict.best, ...verdict.others]
            : verdict.kind === 'undecided'
              ? verdict.candidates
              : [];
        const sum = shown.reduce((total, candidate) => total + candidate.probability, 0);
        expect(sum).toBeLessThanOrEqual(1 + 1e-9);
        for (const { probability } of shown) expect(probability).toBeGreaterThanOrEqual(0);
        if (verdict.kind === 'sure') {
          expect(verdict.best.probability).toBeGreaterThanOrEqual(thresholds.sure);
          expect(verdict.best.blockedBy).toBeNull();
        }
        expect(verdict.why.trim()).not.toBe('');
      }),
      { numRuns: 1000 },
    );
  });
});
