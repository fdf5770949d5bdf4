// What is heard in one file: gates, candidates, and a picture of the best alignment.

import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createDecoder, type Decoder } from '../../audio/decode.ts';
import type { Database } from '../../store/database.ts';
import { judgeSound, notMusic } from '../../audio/gates.ts';
import { openVectorIndex } from '../../store/catalogue/vectors.ts';
import { recordingsById } from '../../store/catalogue/recordings.ts';
import { referenceChanges } from '../../store/catalogue/references.ts';
import type { AudioCandidate } from '../../domain/evidence.ts';
import { alignmentOf, soundLevels } from '../../matching/audio/alignment.ts';
import { searchWithBothCues, type VectorCue } from '../../matching/audio/bothCues.ts';
import { createMemoryVectors } from '../../matching/audio/memoryVectors.ts';
import { fingerprintReference, printVersion } from '../../matching/audio/reference.ts';
import { createReferenceIndex } from '../../matching/audio/referenceIndex.ts';
import type { Reference } from '../../matching/audio/referenceSegment.ts';
import { searchedPlaces } from '../../matching/audio/vectorSequences.ts';
import { createSoundEmbedder, embedReference, segmentDimensions } from '../../models/fingerprint/embedAudio.ts';
import { openEmbedder, type Embedder } from '../../models/fingerprint/embedder.ts';
import type { Config } from '../../platform/config/index.ts';
import { alignmentSvg } from '../alignmentPicture.ts';
import { expectWords, flagText, type Command, type Terminal } from '../command.ts';
import { Failed, Misuse } from '../../domain/failures.ts';
import { withDatabase } from '../../app/connection.ts';
import { bar, table } from '../terminal.ts';

const sampleRateHz = 8000;
const audioFile = /\.(wav|wave|mp3|ogg|oga|opus|flac|m4a|mp4|aac|aiff?|webm|wma|ac3)$/i;

interface Searched {
  readonly references: readonly Reference[];
  /** The second cue over the same references; null without an engine. */
  readonly cue: VectorCue | null;
  /** What a person calls a recording. */
  readonly nameOf: (recordingId: string) => string;
  readonly where: string;
}

interface Heard extends Searched {
  readonly candidates: readonly AudioCandidate[];
  readonly searchMs: number;
}

export const listen: Command = {
  name: 'listen',
  summary: 'Listen to one audio file: what it is, which recordings are in it, where, at which speed and pitch.',
  words: 'FILE',
  options: {
    against: { type: 'string', value: 'FOLDER', help: 'search the audio files of a folder; no services are needed' },
    picture: { type: 'string', value: 'OUT.svg', help: 'draw how the best candidate lies upon the sound' },
    trace: { type: 'boolean', help: 'tell what was looked at on the way' },
  },
  notes: [
    'Without --against the references of the running services are searched. Nothing is stored or submitted.',
    "Bits are the audio's evidence alone: a machine links from about 18 on, chance seldom passes 10. Coverage is the share of the sound that the recording explains.",
  ].join('\n'),
  examples: [
    'fermata listen clip.m4a',
    'fermata listen clip.m4a --against examples/catalogue --picture alignment.svg',
    'fermata listen clip.m4a --json',
  ],
  async run(call) {
    const [file] = expectWords(call, 'FILE') as [string];
    const picture = flagText(call, 'picture');
    if (picture !== null && !picture.endsWith('.svg')) throw new Misuse('--picture takes a name that ends in .svg');
    const against = flagText(call, 'against');
    const decoder = createDecoder();
    try {
      const decoded = await decoder.decode(file, { sampleRateHz });
      if (decoded.kind !== 'audio') throw new Failed(`${file} cannot be read: ${decoded.reason}`);
      const gate = judgeSound(decoded.pcm);
      const hear = async (searched: Searched): Promise<Heard> => {
        const index = createReferenceIndex();
        for (const reference of searched.references) index.add(reference);
        const startedAt = performance.now();
        const { candidates } = await searchWithBothCues(index, searched.cue, decoded.pcm, {
          minBits: 0,
          ...(call.flags['trace'] === true ? { trace: call.terminal.talk } : {}),
        });
        return { ...searched, candidates, searchMs: Math.round(performance.now() - startedAt) };
      };
      let searched: Heard | null = null;
      if (gate.kind === 'ok') {
        const embedder = await openEmbedderOf(call.config, call.terminal);
        try {
          searched =
            against === null
              ? await withDatabase(call.config, async ({ database }) => hear(await catalogueOf(database, embedder)))
              : await hear(await fingerprintFolder(against, decoder, embedder, call.terminal));
        } finally {
          await embedder?.close();
        }
      }
      const { candidates, searchMs } = searched ?? { candidates: [], searchMs: 0 };
      const verdict = gate.kind !== 'ok' ? gate : candidates.length === 0 ? notMusic(gate.features) : null;
      const reason = verdict?.reason ?? 'Music may be in it.';

      const best = candidates[0];
      let drawn: string | null = null;
      if (picture !== null && best && searched) {
        const { print } = searched.references.find((each) => each.referenceId === best.referenceId)!;
        const svg = alignmentSvg({
          title: searched.nameOf(best.recordingId),
          subtitle: `${sentenceOf(best)} ${best.logLikelihoodRatio.toFixed(0)} bits. ${path.basename(file)}`,
          alignment: alignmentOf(decoded.pcm, print, best),
          levels: soundLevels(decoded.pcm, 1100),
          offsetMs: best.offsetMs,
          speedRatio: best.speedRatio,
        });
        await writeFile(picture, svg).catch((error: unknown) => {
          throw new Failed(`${picture} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
        });
        drawn = picture;
      }

      if (call.json) {
        const named = candidates.map((each) => ({ ...each, name: searched?.nameOf(each.recordingId) ?? null }));
        call.terminal.out(
          JSON.stringify({
            file,
            source: decoded.source,
            durationMs: decoded.durationMs,
            cut: decoded.cut,
            missing: decoded.missing,
            stoppedBy: decoded.stoppedBy,
            gate: verdict?.kind ?? 'ok',
            reason,
            features: gate.features,
            searched: searched?.references.length ?? 0,
            searchMs,
            candidates: named,
            picture: drawn,
          }),
        );
        return 0;
      }
      const seconds = (decoded.durationMs / 1000).toFixed(1);
      const { loudDb, pauses, steadiness } = gate.features;
      const { source } = decoded;
      const missingMs = decoded.missing.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
      const lines = [
        `${path.basename(file)}: ${seconds} s, ${source.format}, ${source.sampleRateHz} Hz, ${source.channels === 1 ? 'mono' : `${source.channels} channels`}`,
        ...(decoded.cut ? ['the file goes on; no more of it was looked at'] : []),
        ...(missingMs === 0 ? [] : [`the file is damaged: ${(missingMs / 1000).toFixed(1)} s are missing`]),
        ...(decoded.stoppedBy === null ? [] : [`decoding stopped early: ${decoded.stoppedBy}`]),
        `${reason} (level ${loudDb.toFixed(0)} dB, pauses ${percent(pauses)}, steady tones ${percent(steadiness)})`,
      ];
      if (searched !== null) {
        lines.push(`searched ${searched.references.length} references of ${searched.where} in ${searchMs} ms`);
        if (best === undefined) lines.push('none of them is in it');
        else {
          lines.push(
            '',
            table(
              ['bits', 'relation', 'speed', 'pitch', 'starts at', 'coverage', 'recording'],
              candidates.map((each) => [
                each.logLikelihoodRatio.toFixed(1),
                each.relation,
                each.speedRatio.toFixed(4),
                `${each.pitchSemitones >= 0 ? '+' : ''}${each.pitchSemitones.toFixed(2)} st`,
                `${(Math.round(each.offsetMs / 10) / 100 + 0).toFixed(2)} s`,
                percent(each.coverage),
                searched.nameOf(each.recordingId),
              ]),
            ),
          );
        }
      }
      call.terminal.out(lines.join('\n'));
      if (picture !== null) call.terminal.talk(drawn === null ? 'nothing to draw' : `picture in ${drawn}`);
      return 0;
    } finally {
      decoder.close();
    }
  },
};

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function sentenceOf(candidate: AudioCandidate): string {
  const speed = `at ${candidate.speedRatio.toFixed(3)} of its speed, ${candidate.pitchSemitones.toFixed(2)} semitones`;
  return `${candidate.relation.replace('_', ' ')}: ${speed}, ${percent(candidate.coverage)} of the sound explained.`;
}

/** The configured engine; null, and told, where it cannot run. */
async function openEmbedderOf(config: Config, terminal: Terminal): Promise<Embedder | null> {
  const outcome = await openEmbedder(config.engine);
  if (outcome.kind === 'ready') return outcome.embedder;
  terminal.talk(`searched by the peaks alone: ${outcome.reason}`);
  return null;
}

async function catalogueOf(database: Database, embedder: Embedder | null): Promise<Searched> {
  const references: Reference[] = [];
  for (let seq = 0, more = true; more;) {
    const changes = await referenceChanges(database, seq, printVersion, 500);
    for (const { id, recordingId, print } of changes)
      if (print !== null) references.push({ referenceId: id, recordingId, print });
    seq = changes.at(-1)?.seq ?? seq;
    more = changes.length >= 500;
  }
  const known = await recordingsById(database, [...new Set(references.map((each) => each.recordingId))]);
  const names = new Map(known.map(({ id, title, artists }) => [id, `${title} · ${artists.join(', ')}`]));
  const vectors =
    embedder === null
      ? null
      : await openVectorIndex(database, {
          modelVersion: embedder.modelVersion,
          dimensions: segmentDimensions,
          places: searchedPlaces,
        });
  return {
    references,
    cue:
      embedder === null || vectors === null
        ? null
        : { ...createSoundEmbedder(embedder), sequencesOf: vectors.sequencesOf, nearest: vectors.nearest },
    nameOf: (id) => names.get(id) ?? id,
    where: 'the catalogue',
  };
}

async function fingerprintFolder(
  folder: string,
  decoder: Decoder,
  embedder: Embedder | null,
  terminal: Terminal,
): Promise<Searched> {
  const names = await readdir(folder, { recursive: true }).catch(() => {
    throw new Failed(`there is no folder ${folder}`);
  });
  const files = names.filter((name) => audioFile.test(name)).sort();
  if (files.length === 0) throw new Failed(`there is no audio in ${folder}`);
  const references: Reference[] = [];
  const vectors = createMemoryVectors();
  for (const [referenceId, name] of files.entries()) {
    terminal.progress(`listening to ${folder}  ${bar(referenceId, files.length)}`);
    const decoded = await decoder.decode(path.join(folder, name), { sampleRateHz });
    if (decoded.kind !== 'audio') {
      terminal.talk(`${name} is left out: ${decoded.reason}`);
      continue;
    }
    const print = fingerprintReference(decoded.pcm, sampleRateHz);
    references.push({ referenceId, recordingId: name, print });
    if (embedder !== null) vectors.add(referenceId, await embedReference(embedder, decoded.pcm));
  }
  terminal.settle();
  if (references.length === 0) throw new Failed(`none of the ${files.length} audio files in ${folder} can be read`);
  const cue = embedder === null ? null : { ...createSoundEmbedder(embedder), ...vectors };
  return { references, cue, nameOf: (name) => name, where: folder };
}
