// One case through the product's own scoring and weighing, with no audio.

import type { Verdict } from '../../domain/decision.ts';
import type { AudioEvidence } from '../../domain/evidence.ts';
import { dspPlatform } from '../../matching/metadata/payloads/tiktok.ts';
import { captionHints } from '../../matching/metadata/platformObject.ts';
import type { Rarity } from '../../matching/metadata/rarity.ts';
import type { RecordingText } from '../../matching/metadata/recordingText.ts';
import { textEvidence } from '../../matching/metadata/score.ts';
import { type Hint, readWords, type SoundWords } from '../../matching/metadata/soundText.ts';
import { parseTitle } from '../../matching/metadata/title.ts';
import { weigh } from '../../matching/weigh.ts';
import { handWeights } from '../../matching/weights.ts';
import type { Answer, Case, CaseCandidate, CaseSound } from './case.ts';

export function readSound(sound: CaseSound): SoundWords {
  const hints: Hint[] = [];
  for (const { platform, id } of sound.dsp ?? []) {
    const named = dspPlatform(platform);
    if (named !== null) hints.push({ kind: 'dsp', platform: named, id: String(id) });
  }
  if (sound.matched)
    hints.push({
      kind: 'named',
      title: sound.matched.title,
      author: sound.matched.author ?? null,
      source: 'matched_song',
    });
  if (sound.caption) hints.push(...captionHints(sound.caption));
  return readWords({
    title: sound.title ?? '',
    author: sound.author ?? null,
    handle: sound.handle ?? null,
    album: sound.album ?? null,
    original: sound.original ?? null,
    durationMs: sound.dur === undefined ? null : sound.dur * 1000,
    hints,
  });
}

export function recordingText(cand: CaseCandidate): RecordingText {
  return {
    id: cand.id,
    title: cand.title,
    artists: cand.artists,
    version: null,
    durationMs: cand.dur === undefined ? null : cand.dur * 1000,
    isrc: cand.isrc ?? null,
    releaseDate: cand.rel ?? null,
    album: cand.album ?? null,
    aliases: cand.aliases ?? [],
    externalIds: cand.spotify ? [{ platform: 'spotify', id: cand.spotify }] : [],
  };
}

/** Candidates come from some larger catalogue: their namesakes are counted against this many rows when it is not at hand. */
const assumedCatalogueSize = 1_000_000;

/** Without a catalogue the only counts are those of the case itself. */
function countsWithin(candidates: readonly RecordingText[]): Rarity {
  const artists = new Map<string, Set<string>>();
  for (const candidate of candidates) {
    const key = parseTitle(candidate.title).baseKey;
    const known = artists.get(key) ?? new Set();
    artists.set(key, known.add(candidate.artists[0] ?? ''));
  }
  return { titleFrequency: (base) => artists.get(base)?.size ?? 0, catalogueSize: assumedCatalogueSize };
}

/** What the product concludes; `rarity` and `catalogueSize` come from the catalogue when there is one. */
export function verdictOn({ sound, cands }: Omit<Case, 'id'>, rarity: Rarity | null = null): Verdict {
  const words = readSound(sound);
  const candidates = cands.map(recordingText);
  const text = textEvidence(words, candidates, rarity ?? countsWithin(candidates));
  const audio: AudioEvidence = { kind: 'unusable', code: 'no_audio', reason: 'This set has no audio.' };
  return weigh({
    words,
    evidence: [
      { source: 'metadata', evidence: text },
      { source: 'audio', evidence: audio },
    ],
    rejected: [],
    searched: [],
    catalogueSize: rarity?.catalogueSize ?? assumedCatalogueSize,
    group: { words: [], place: null },
    weights: handWeights,
  }).verdict;
}

export function answer({ id, sound, cands }: Case, rarity: Rarity | null = null): Answer {
  const verdict = verdictOn({ sound, cands }, rarity);
  switch (verdict.kind) {
    case 'sure': {
      const { link, probability, reasons } = verdict.best;
      return {
        id,
        decision: link.relation === 'same' ? 'accept' : 'derived',
        ids: [link.recordingId],
        probability,
        reasons: [verdict.why, ...reasons.map((reason) => `${reason.bits} ${reason.text}`)],
      };
    }
    case 'undecided': {
      const best = verdict.candidates[0];
      return {
        id,
        decision: 'review',
        ids: verdict.candidates.map((candidate) => candidate.link.recordingId),
        probability: best?.probability ?? 0,
        reasons: [verdict.why, ...(best?.reasons ?? []).map((reason) => `${reason.bits} ${reason.text}`)],
      };
    }
    case 'nothing':
    case 'unusable':
      return {
        id,
        decision: parseTitle(sound.title ?? '').teaser ? 'pending' : 'none',
        ids: [],
        probability: 0,
        reasons: [verdict.why],
      };
  }
}
