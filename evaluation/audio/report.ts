// From truths and answers to the benchmark's numbers and REPORT.md.
//
//   node evaluation/audio/report.ts --work DIR --part validation                     one part on standard output, misses included
//   node evaluation/audio/report.ts --work DIR --write                               REPORT.md from both parts and the peers' answers
//
// DIR/PART/truth.jsonl is made by makeQueries.ts, DIR/PART/answers.jsonl by `npm run evaluate -- audio … --detail`, DIR/PART/peer-NAME.jsonl
// by peers.ts, DIR/PART/cost.json by cost.ts. DIR/PART/answers-peaks.jsonl, where it is, are the same queries answered without the second cue.
//
// top-1     share of queries of indexed music whose best candidate is right, whatever its probability
// recall    the same at the threshold: named, and right
// false     share of queries of music that is not indexed in which something is named
// offset    of the answer's line from where the sound comes from; where speed is not constant, in the middle of its moments
// Intervals are 95 %, by bootstrap over tracks: queries of one track succeed and fail together.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { alterations } from './alterations.ts';
import type { Truth } from './makeQueries.ts';
import { seeded } from './random.ts';
import type { DetailedAnswer } from './run.ts';

interface Judged {
  readonly truth: Truth;
  readonly answer: DetailedAnswer;
  readonly top: boolean;
  readonly linked: boolean;
}

interface Rate {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

const { values } = parseArgs({
  options: {
    work: { type: 'string' },
    part: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
if (values.work === undefined || (values.part === undefined && !values.write)) {
  process.stderr.write('needs --work DIR, and --part PART or --write\n');
  process.exit(2);
}
const work = values.work;

const readJsonl = <Row>(file: string): Row[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Row)
    : [];

/** Of several recordings in one sound any is right. */
const holds = (truth: Truth, recording: string): boolean =>
  truth.recording === recording || (truth.parts?.some((one) => one.recording === recording) ?? false);

function judge(part: string, answersName = 'answers.jsonl'): Judged[] {
  const answers = new Map(
    readJsonl<DetailedAnswer>(path.join(work, part, answersName)).map((answer) => [answer.id, answer]),
  );
  return readJsonl<Truth>(path.join(work, part, 'truth.jsonl')).flatMap((truth) => {
    const answer = answers.get(truth.id);
    if (answer === undefined) return [];
    return {
      truth,
      answer,
      top: answer.best !== null && holds(truth, answer.best),
      linked: answer.recording !== null,
    };
  });
}

/** Share of `hit` with its interval: tracks are drawn with replacement, all their queries with them. */
function rate(rows: readonly Judged[], hit: (row: Judged) => boolean): Rate {
  const byTrack = new Map<string, { hits: number; count: number }>();
  for (const row of rows) {
    const track = byTrack.get(row.truth.track) ?? { hits: 0, count: 0 };
    track.count++;
    if (hit(row)) track.hits++;
    byTrack.set(row.truth.track, track);
  }
  const tracks = [...byTrack.values()];
  const hits = tracks.reduce((sum, track) => sum + track.hits, 0);
  const random = seeded(rows.length);
  const shares: number[] = [];
  for (let round = 0; round < 1000 && tracks.length > 0; round++) {
    let drawnHits = 0;
    let drawn = 0;
    for (let i = 0; i < tracks.length; i++) {
      const track = tracks[Math.floor(random() * tracks.length)]!;
      drawnHits += track.hits;
      drawn += track.count;
    }
    shares.push(drawnHits / drawn);
  }
  shares.sort((a, b) => a - b);
  let low = shares[25] ?? NaN;
  let high = shares[974] ?? NaN;
  // Where all or none succeed the bootstrap sees no doubt; the rule of three does.
  if (hits === rows.length) low = Math.max(0, 1 - 3 / Math.max(1, rows.length));
  if (hits === 0) high = Math.min(1, 3 / Math.max(1, rows.length));
  return { share: hits / rows.length, low, high, count: rows.length };
}

const percent = (value: number): string => (value * 100).toFixed(1).replace(/\.0$/, '');
const shown = (r: Rate): string => (r.count === 0 ? '' : `${percent(r.share)} (${percent(r.low)}–${percent(r.high)})`);
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? NaN;
const figure = (value: number, digits: number): string => (Number.isNaN(value) ? '–' : value.toFixed(digits));
const isPresent = (row: Judged): boolean => row.truth.recording !== null;
const isRight = ({ truth, answer }: Judged): boolean => answer.recording !== null && holds(truth, answer.recording);
/** How far the answer's line lies from where the sound comes from: at its beginning, or in the middle of its moments where speed is not constant. */
function placeError({ truth, answer }: Judged): number {
  const offset = answer.offset_ms ?? NaN;
  const part = truth.parts?.find(({ recording }) => recording === answer.best);
  if (part !== undefined) return Math.abs(offset - (part.offset_ms - part.from_ms));
  if (truth.time_map === undefined) return Math.abs(offset - truth.offset_ms);
  const errors = truth.time_map.map(([from, to]) => {
    const middle = (from![0] + to![0]) / 2;
    return Math.abs(offset + middle * (answer.speed_ratio ?? 1) - (from![1] + to![1]) / 2);
  });
  return median(errors);
}

/** One speed and one offset say what is true. */
const isStraight = ({ truth }: Judged): boolean => truth.time_map === undefined && truth.parts === undefined;

/** Expected calibration error of "the best candidate is right", in ten bins of equal width. */
function calibrationError(rows: readonly Judged[]): number {
  let error = 0;
  for (let bin = 0; bin < 10; bin++) {
    const inside = rows.filter((row) => Math.min(9, Math.floor(row.answer.probability * 10)) === bin);
    if (inside.length === 0) continue;
    const said = inside.reduce((sum, row) => sum + row.answer.probability, 0) / inside.length;
    const was = inside.filter((row) => row.top).length / inside.length;
    error += (inside.length / rows.length) * Math.abs(said - was);
  }
  return error;
}

interface Row {
  readonly name: string;
  readonly rows: readonly Judged[];
}

function conditionTable(all: readonly Judged[]): string {
  const named: Row[] = alterations.map(({ name }) => ({
    name,
    rows: all.filter((row) => row.truth.condition === name),
  }));
  const present = (row: Row): Judged[] => row.rows.filter(isPresent);
  const filled = named
    .filter((row) => present(row).length > 0)
    .map((row) => ({ row, top: rate(present(row), (each) => each.top) }))
    // Weak ones first.
    .sort(
      (a, b) => a.top.share - b.top.share || rate(present(a.row), isRight).share - rate(present(b.row), isRight).share,
    );
  const lines = filled.map(({ row, top }) => {
    const found = present(row).filter((each) => each.top);
    const hits = found.filter(isStraight);
    const absent = row.rows.filter((each) => !isPresent(each));
    const speed = median(
      hits.map(({ answer, truth }) => Math.abs((answer.speed_ratio ?? NaN) / truth.speed_ratio - 1) * 100),
    );
    const pitch = median(
      hits.map(({ answer, truth }) => Math.abs((answer.pitch_semitones ?? NaN) - truth.pitch_semitones)),
    );
    const offset = median(found.map(placeError));
    const falseLinks = absent.filter((each) => each.linked).length;
    return `| ${row.name} | ${top.count} | ${shown(top)} | ${shown(rate(present(row), isRight))} | ${falseLinks} of ${absent.length} | ${figure(speed, 3)} | ${figure(pitch, 3)} | ${figure(offset, 0)} |`;
  });
  return [
    '| condition | queries | top-1 % | recall at the threshold % | false links | speed error %, median | semitones | offset ms |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function summary(all: readonly Judged[]): string {
  const present = all.filter(isPresent);
  const absent = all.filter((row) => !isPresent(row));
  const hits = present.filter((row) => row.top && isStraight(row));
  const wrong = present.filter((row) => row.linked && !isRight(row)).length;
  return [
    `- ${present.length} queries of indexed music, ${absent.length} of music that is not indexed, from ${new Set(all.map((row) => row.truth.track)).size} tracks`,
    `- top-1 ${shown(rate(present, (row) => row.top))} %, recall at the threshold ${shown(rate(present, isRight))} %`,
    `- false links: ${absent.filter((row) => row.linked).length} of ${absent.length} (${shown(rate(absent, (row) => row.linked))} %); of indexed music something else was named in ${wrong} of ${present.length}`,
    `- calibration error of the probability ${calibrationError(all).toFixed(3)}`,
    `- median errors: speed ${median(hits.map(({ answer, truth }) => Math.abs((answer.speed_ratio ?? NaN) / truth.speed_ratio - 1) * 100)).toFixed(3)} %, pitch ${median(hits.map(({ answer, truth }) => Math.abs((answer.pitch_semitones ?? NaN) - truth.pitch_semitones))).toFixed(3)} semitones, offset ${median(hits.map(({ answer, truth }) => Math.abs((answer.offset_ms ?? NaN) - truth.offset_ms))).toFixed(0)} ms`,
  ].join('\n');
}

/** Of sounds with several recordings: how many of these are among the candidates with bits that a person would be shown. */
function partsFound(all: readonly Judged[]): string {
  const names = [...new Set(all.filter(({ truth }) => truth.parts !== undefined).map(({ truth }) => truth.condition))];
  return names
    .map((name) => {
      const rows = all.filter(({ truth }) => truth.condition === name && truth.parts !== undefined);
      const wanted = rows.flatMap(({ truth, answer }) => truth.parts!.map((one) => ({ one, answer })));
      const found = wanted.filter(({ one, answer }) =>
        answer.candidates.some(({ recording, bits }) => recording === one.recording && bits >= shownBits),
      );
      return `- ${name}: of ${wanted.length} recordings in ${rows.length} sounds ${found.length} are found with ${shownBits} bits or more\n`;
    })
    .join('');
}

const shownBits = 10;

const lengthsOf = (all: readonly Judged[]): number[] =>
  [...new Set(all.map((row) => row.truth.seconds))].sort((a, b) => a - b);

// ---- the report ------------------------------------------------------------------------------------------------------

const peerNames = ['chromaprint', 'audfprint', 'olaf', 'panako'] as const;

function peerTable(part: string): string {
  const own = judge(part);
  const peers = peerNames.flatMap((name) => {
    const rows = judge(part, `peer-${name}.jsonl`);
    return rows.length === 0 ? [] : [{ name, rows: new Map(rows.map((row) => [row.truth.id, row])) }];
  });
  if (peers.length === 0) return '';
  const topOf = (asked: readonly Judged[], peer: (typeof peers)[number]): string => {
    const theirs = asked.flatMap((row) => peer.rows.get(row.truth.id) ?? []);
    // A peer that was asked only some of them is not compared.
    return theirs.length < asked.length ? '–' : shown(rate(theirs, (row) => row.top));
  };
  const tableOf = (seconds: number): string[] => [
    '',
    `| condition, ${seconds} s | queries | Fermata | ${peers.map((peer) => peer.name).join(' | ')} |`,
    `| --- | --- | --- | ${peers.map(() => '---').join(' | ')} |`,
    ...alterations.flatMap(({ name }) => {
      const here = own.filter((row) => row.truth.condition === name && row.truth.seconds === seconds && isPresent(row));
      if (here.length === 0) return [];
      const cells = peers.map((peer) => topOf(here, peer));
      return [`| ${name} | ${here.length} | ${shown(rate(here, (row) => row.top))} | ${cells.join(' | ')} |`];
    }),
  ];
  const overall = peers.map(({ name, rows }) => {
    const all = [...rows.values()];
    const absent = all.filter((row) => !isPresent(row));
    const falseLinks = `${absent.filter((row) => row.linked).length} of ${absent.length}`;
    return `- ${name}: top-1 ${shown(rate(all.filter(isPresent), (row) => row.top))} %, false links at its own threshold ${falseLinks}`;
  });
  return [...overall, ...lengthsOf(own).flatMap(tableOf)].join('\n');
}

function write(): void {
  const sections: string[] = [
    '<!-- Written by evaluation/audio/report.ts: do not edit. -->',
    '# Audio: what is found, and what is not',
    '',
    readFileSync(new URL('./report-head.md', import.meta.url), 'utf8').trim(),
    '',
  ];
  for (const part of ['test', 'validation']) {
    const all = judge(part);
    if (all.length === 0) continue;
    sections.push(`## ${part === 'test' ? 'Test' : 'Validation'} split`, '', summary(all), '');
    const peaks = judge(part, 'answers-peaks.jsonl');
    if (peaks.length > 0) sections.push('The same with the peaks alone:', '', summary(peaks), '');
    for (const seconds of lengthsOf(all)) {
      const rows = all.filter((row) => row.truth.seconds === seconds);
      sections.push(`### ${seconds} s`, '', summary(rows), '', conditionTable(rows), '');
    }
    const cost = path.join(work, part, 'cost.json');
    if (existsSync(cost)) {
      const lines = Object.entries(JSON.parse(readFileSync(cost, 'utf8')) as Record<string, string>);
      sections.push('### Cost', '', ...lines.map(([what, figure]) => `- ${what}: ${figure}`), '');
    }
    const peers = peerTable(part);
    if (peers !== '') sections.push('### Peers on the same files, top-1 %', '', peers, '');
  }
  writeFileSync(new URL('./REPORT.md', import.meta.url), `${sections.join('\n').trimEnd()}\n`);
}

if (values.write) write();
else {
  const all = judge(values.part!);
  for (const seconds of lengthsOf(all)) {
    const rows = all.filter((row) => row.truth.seconds === seconds);
    process.stdout.write(`\n${seconds} s\n${summary(rows)}\n${conditionTable(rows)}\n${partsFound(rows)}`);
  }
  for (const row of all.filter((each) => (isPresent(each) ? !isRight(each) : (each.answer.bits ?? -100) > 0))) {
    const { truth, answer } = row;
    process.stdout.write(
      `${truth.recording === null ? 'ABSENT' : row.top ? 'UNSURE' : 'MISSED'} ${truth.id} ${truth.track}: ${answer.best} ${answer.bits} bits, a ${answer.speed_ratio}, coverage ${answer.coverage}, ${answer.gate}\n`,
    );
  }
  const bits = all
    .filter((row) => !isPresent(row))
    .map((row) => row.answer.bits ?? -100)
    .sort((a, b) => b - a);
  process.stdout.write(
    `absent bits, highest first: ${bits
      .slice(0, 30)
      .map((b) => b.toFixed(1))
      .join(' ')}\n`,
  );
}
