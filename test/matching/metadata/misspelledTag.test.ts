import { describe, expect, it } from 'vitest';
import type { AudioEvidence } from '../../../domain/evidence.ts';
import { misspelledTag } from '../../../matching/metadata/misspelledTag.ts';
import type { Rarity } from '../../../matching/metadata/rarity.ts';
import { textEvidence } from '../../../matching/metadata/score.ts';
import { official, rare, recording } from './support.ts';
import { verdictOn } from '../support.ts';

const notFound: AudioEvidence = { kind: 'none', reason: 'Not heard.' };
const heard: AudioEvidence = {
  kind: 'match',
  candidates: [
    {
      recordingId: 'plain',
      referenceId: 1,
      logLikelihoodRatio: 30,
      coverage: 0.9,
      speedRatio: 1,
      pitchSemitones: 0,
      offsetMs: 0,
      relation: 'same',
    },
  ],
};

/** A large catalogue, in which every group stands behind one title. */
const counted: Rarity = { ...rare, titlesBehind: () => 1 };

function verdict(title: string, theirs = 'Paper Lantern Sky', audio = notFound, rarity = rare) {
  const text = textEvidence(official(title, 'Ada Quill'), [recording('plain', theirs, 'Ada Quill')], rarity);
  return verdictOn({ text, audio, rejected: [], catalogueSize: 1_000_000 });
}

const slips = [
  ['(Acoustik)', 'acoustic'],
  ['(Acuostic)', 'acoustic'],
  ['(Lve)', 'live'],
  ['- Liev', 'live'],
  ['(Lve at Wembley)', 'live at wembley'],
  ['- Spde Up', 'sped up'],
  ['(Sped Pu)', 'sped up'],
  ['(Spe dup)', 'sped up'],
  ['[Spdeup]', 'spedup'],
  ['(Slwed + Reverb)', 'slowed and reverb'],
  ['(Liv e)', 'live'],
  ['(Slowed + Revrb)', 'slowed and reverb'],
  ['(SlowedReverb)', 'slowed reverb'],
  ['(Tiesto Remux)', 'tiesto remix'],
  ['(Remixx)', 'remix'],
  ['(Instrumetnal)', 'instrumental'],
  ['(Karoake)', 'karaoke'],
  ['(Covr)', 'cover'],
  ['(Extendedd)', 'extended'],
  ['(Nigthcore)', 'nightcore'],
  ['(Prat 2)', 'part 2'],
  ['(Spanish Versoin)', 'spanish version'],
  ['(Vesion Live)', 'version live'],
  ['(Acuostik)', 'acoustic'],
  ['(Instrmentla)', 'instrumental'],
  ['(Unpluged Sesion)', 'unpluged session'],
  ['(Nigthocre)', 'nightcore'],
  ['(Lvie Vresion)', 'lvie version'],
  ['(Spde Pu)', 'sped up'],
] as const;

describe('a group that may be a misspelled version', () => {
  it.each(slips)('%s keeps words alone from linking the plain recording', (tag, meant) => {
    const { kind, ...rest } = verdict(`Paper Lantern Sky ${tag}`);
    expect(kind).toBe('undecided');
    expect(rest).toMatchObject({ why: expect.stringContaining(`may be a misspelled "${meant}", which the recording`) });
  });

  it.each(slips)('%s in the catalogue does the same', (tag) => {
    const theirs = `Paper Lantern Sky ${tag}`;
    expect(verdict('Paper Lantern Sky', theirs).kind).not.toBe('sure');
    expect(verdict('Paper Lantern Sky', theirs, notFound, counted).kind).not.toBe('sure');
  });

  it('lets audio that agrees decide', () => {
    expect(verdict('Paper Lantern Sky (Acoustik)', 'Paper Lantern Sky', heard)).toMatchObject({
      kind: 'sure',
      best: { link: { recordingId: 'plain' } },
    });
  });

  it('says nothing where both sides are written alike', () => {
    expect(verdict('Paper Lantern Sky (Lve)', 'Paper Lantern Sky [LVE]').kind).toBe('sure');
  });

  it.each(['live', 'acoustic', 'instrumental', 'remix', 'slowed', 'nightcore', 'extended', 'unplugged'])(
    'no two neighbours of "%s" can be swapped to get it through',
    (word) => {
      for (let i = 0; i + 1 < word.length; i += 1) {
        const swapped = word.slice(0, i) + word[i + 1]! + word[i]! + word.slice(i + 2);
        if (swapped !== word) expect(verdict(`Paper Lantern Sky (${swapped})`).kind, swapped).toBe('undecided');
      }
    },
  );
});

describe('a subtitle that is a word', () => {
  it.each([
    'Love',
    'Edith',
    'Olive',
    'Alive',
    'Five',
    'Over',
    'Lover',
    'Mia',
    'Six',
    'Max',
    'Memo',
    'Party',
    'Flower',
    'Show',
    'Speed of Light',
    'Remy',
    'Slow Glow',
    'Up Town',
    'Clover',
    'Aversion',
    'Caustic',
    'Rewarded',
    'Networked',
    'Intended',
    'Accosting',
    'Instruments',
    'Nightshade',
  ])('(%s) stays another name of the song', (subtitle) => {
    expect(misspelledTag(subtitle)).toBeNull();
    expect(verdict('Paper Lantern Sky', `Paper Lantern Sky (${subtitle})`, notFound, counted).kind).toBe('sure');
    // Which the sound has and the recording lacks is no name that anybody knows.
    expect(verdict(`Paper Lantern Sky (${subtitle})`, undefined, notFound, counted)).toMatchObject({
      kind: 'undecided',
      why: `The sound's title has "${subtitle}" beside it, which the recording does not have.`,
    });
  });

  it.each(['Mix Tape', 'Live Vision', 'Edits of You'])('(%s) holds a word of versions: a person tells', (subtitle) => {
    expect(misspelledTag(subtitle)).toBeNull();
    expect(verdict('Paper Lantern Sky', `Paper Lantern Sky (${subtitle})`, notFound, counted).kind).toBe('undecided');
  });

  it.each(['TikTok Verison', 'Offical Video'])('(%s) says nothing about the recording', (wording) => {
    expect(verdict(`Paper Lantern Sky (${wording})`).kind).toBe('sure');
  });
});
