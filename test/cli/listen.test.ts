// `fermata listen` on the examples, against a folder of their recordings: no services are running.

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alignmentSvg } from '../../cli/alignmentPicture.ts';
import { runCommand } from '../../cli/command.ts';
import { listen } from '../../cli/commands/listen.ts';

vi.setConfig({ testTimeout: 120_000 });

const examples = path.join(import.meta.dirname, '..', '..', 'examples');
const sound = (name: string): string => path.join(examples, 'sounds', name);
let work: string;
let folder: string;

beforeAll(() => {
  work = mkdtempSync(path.join(tmpdir(), 'fermata-listen-'));
  folder = path.join(work, 'recordings');
  mkdirSync(folder);
  for (const name of ['gachopin-lovin.ogg', 'tobias-escher-main-theme.ogg']) {
    cpSync(path.join(examples, 'catalogue', name), path.join(folder, name));
  }
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; talk: string }> {
  const [results, talked]: [string[], string[]] = [[], []];
  const code = await runCommand(listen, [...args, '--data-dir', path.join(work, 'data')], {
    out: (text) => void results.push(text),
    talk: (text) => void talked.push(text),
    progress() {},
    settle() {},
  });
  return { code, out: results.join('\n'), talk: talked.join('\n') };
}

describe('listen', () => {
  it('finds the recording in a slowed sound and draws how it lies there', async () => {
    const svg = path.join(work, 'alignment.svg');
    const { code, out } = await run(sound('slowed-085-reverb.m4a'), '--against', folder, '--picture', svg, '--json');
    expect(code).toBe(0);
    const heard = JSON.parse(out) as { gate: string; candidates: Record<string, number | string>[]; picture: string };
    expect(heard).toMatchObject({ gate: 'ok', searched: 2, picture: svg });
    expect(heard.candidates[0]).toMatchObject({ name: 'gachopin-lovin.ogg', relation: 'slowed' });
    expect(heard.candidates[0]!['speedRatio']).toBeCloseTo(0.85, 2);
    const picture = readFileSync(svg, 'utf8');
    const dots = (name: string): number[] =>
      [...picture.matchAll(new RegExp(`<path d="([^"]*)" class="${name}"/>`, 'g'))].map(
        (found) => found[1]!.split('M').length - 1,
      );
    const [inSound, inRecording] = dots('both');
    // The same pairs seen from both sides; nearly all seconds are explained.
    expect(inSound).toBeGreaterThan(100);
    expect(Math.abs(inSound! - inRecording!)).toBeLessThan(0.2 * inSound!);
    expect(picture.split('class="explained"').length - 1).toBeGreaterThan(14);
  });

  it('shows people a table, and calls speech what is heard in no recording', async () => {
    const found = await run(sound('partial.m4a'), '--against', folder);
    expect(found.out).toMatch(/bits +relation +speed/);
    expect(found.out).toMatch(/contains .*tobias-escher-main-theme\.ogg/);
    const speech = await run(sound('speech.m4a'), '--against', folder, '--json');
    expect(JSON.parse(speech.out)).toMatchObject({ gate: 'speech', searched: 2, candidates: [] });
    const other = await run(sound('sped-up-115.m4a'), '--against', folder, '--picture', path.join(work, 'none.svg'));
    expect(other.out).toContain('none of them is in it');
    expect(other.talk).toContain('nothing to draw');
    expect(existsSync(path.join(work, 'none.svg'))).toBe(false);
  });

  it('says why it could not listen', async () => {
    const empty = path.join(work, 'empty');
    mkdirSync(empty);
    writeFileSync(path.join(empty, 'noise.mp3'), 'no audio');
    const clip = sound('official.m4a');
    expect(await run(clip, '--against', path.join(work, 'nowhere'))).toMatchObject({ code: 1 });
    expect((await run(clip, '--against', empty)).talk).toContain('none of the 1 audio files');
    expect((await run(path.join(work, 'gone.mp3'), '--against', folder)).talk).toContain('missing');
    expect((await run(sound('corrupt.m4a'), '--against', folder)).talk).toContain('damaged');
    expect(await run(clip, '--picture', 'x.png')).toMatchObject({ code: 2 });
    expect((await run(clip)).talk).toContain('fermata up');
  });
});

describe('a picture', () => {
  it('keeps names of strangers from becoming markup', () => {
    const svg = alignmentSvg({
      title: '<script>alert("x")</script> & \u0000 Ünïcode',
      subtitle: '',
      alignment: { seconds: 4, sound: [], recording: [], explained: new Uint8Array(4) },
      levels: { width: 1, height: 1, levels: new Uint8Array(1) },
      offsetMs: -500,
      speedRatio: 1,
    });
    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('\u0000');
    expect(svg).toContain('Ünïcode');
    expect(svg).toContain('-0:00.5');
  });
});
