// One run of the demo as a process: the whole main job on real music, against examples/truth.jsonl.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SoundRecord } from '../../store/sounds/records.ts';
import { examples, fromLines, makeFolder, type Ended, type Folder } from './servers.ts';

interface Expected {
  readonly state: string;
  readonly recording: string | null;
  readonly relation: string | null;
  readonly speed_ratio: number | null;
  readonly pitch_semitones: number | null;
  readonly offset_ms: number | null;
}
type Truth = Expected & {
  readonly platform: string;
  readonly id: string;
  readonly kind: string;
  readonly after_release?: Expected;
  readonly decide?: string;
};
interface Told {
  readonly sounds: readonly SoundRecord[];
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
  readonly woken: readonly string[];
  readonly decided: readonly string[];
  readonly seconds: number;
  readonly memory_mb: number;
}

const truths = fromLines<Truth>(readFileSync(join(examples, 'truth.jsonl'), 'utf8'));
const idOf = (one: { platform: string; id: string }): string => `${one.platform}:${one.id}`;
const idsWhere = (chosen: (truth: Truth) => boolean): string[] => truths.filter(chosen).map(idOf).sort();

let folder: Folder;
let ended: Ended;
let told: Told;

beforeAll(async () => {
  folder = makeFolder();
  ended = await folder.start(['demo', '--json', '--data-dir', folder.dataDir]).ended;
  told = JSON.parse(ended.stdout) as Told;
}, 600_000);
afterAll(async () => expect(await folder.remove()).toEqual([]));

describe('the demo', () => {
  it('ends by itself with 0, leaves no process, and prints one JSON document and nothing else', () => {
    expect(ended.code).toBe(0);
    expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(Object.keys(told)).toEqual([
      'sounds',
      'right',
      'wrong',
      'missed',
      'woken',
      'decided',
      'seconds',
      'memory_mb',
    ]);
    expect(folder.processes()).toEqual([]);
  });

  it('judges every sound right', () => {
    expect(told).toMatchObject({ right: truths.length, wrong: 0, missed: 0 });
    expect(told.sounds.map(idOf).sort()).toEqual(truths.map(idOf).sort());
  });

  it('has each teaser woken by its release, and each undecided sound decided by a person', () => {
    expect([...told.woken].sort()).toEqual(idsWhere((truth) => truth.after_release !== undefined));
    expect([...told.decided].sort()).toEqual(idsWhere((truth) => truth.decide !== undefined));
    for (const record of told.sounds)
      expect(`${idOf(record)} ${record.decided_by}`).toBe(
        `${idOf(record)} ${record.recording === null ? null : told.decided.includes(idOf(record)) ? 'person' : 'rule'}`,
      );
  });

  it('stays within its memory and time', () => {
    console.log(`demo: ${told.seconds} s, ${told.memory_mb} MB`);
    expect(told.memory_mb).toBeGreaterThan(100);
    expect(told.memory_mb).toBeLessThan(2000);
    // Five minutes on two cores that have nothing else to do; tests may run on busy ones.
    expect(told.seconds).toBeLessThan(590);
  });

  it('explains every outcome', () => {
    for (const record of told.sounds) {
      expect(record.reasons.length).toBeGreaterThan(0);
      for (const reason of record.reasons) expect(reason.length).toBeGreaterThan(5);
    }
  });
});

it('each sound is what the truth says: state, recording, relation, speed, pitch and offset', () => {
  const differences: string[] = [];
  for (const truth of truths) {
    const record = told.sounds.find((one) => idOf(one) === idOf(truth));
    // How a decided sound stands in the recording is not in the truth: a person has named the recording alone.
    const { state, recording, relation, speed_ratio, pitch_semitones, offset_ms } = truth.after_release ?? truth;
    const differ = (what: string, is: unknown, should: unknown): void =>
      void differences.push(`${idOf(truth)} (${truth.kind}): ${what} is ${String(is)}, should be ${String(should)}`);
    const near = (
      what: 'speed_ratio' | 'pitch_semitones' | 'offset_ms',
      should: number | null,
      tolerance: number,
    ): void => {
      const is = record?.[what] ?? null;
      if (is === null || should === null ? is !== should : Math.abs(is - should) > tolerance) differ(what, is, should);
    };
    if (truth.decide !== undefined) {
      if (record?.state !== 'matched') differ('state', record?.state, 'matched');
      if (record?.recording !== truth.decide) differ('recording', record?.recording, truth.decide);
      continue;
    }
    if (record?.state !== state) differ('state', record?.state, state);
    if (record?.recording !== recording) differ('recording', record?.recording, recording);
    if (record?.relation !== relation) differ('relation', record?.relation, relation);
    near('speed_ratio', speed_ratio, 0.005 * (speed_ratio ?? 0));
    near('pitch_semitones', pitch_semitones, 0.1);
    near('offset_ms', offset_ms, 100);
  }
  expect(differences).toEqual([]);
});
