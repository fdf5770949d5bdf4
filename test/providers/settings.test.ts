import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { catalogueNames, recogniserNames } from '../../domain/providers.ts';
import { describeConfig, readConfig } from '../../platform/config/index.ts';
import { createProviders, type Providers } from '../../providers/index.ts';
import { services } from '../support/providers/index.ts';

const providersFrom = (environment: Record<string, string>): Providers =>
  createProviders(readConfig({ environment }), {
    fetchFor: (name) => () => Promise.reject(new Error(`${name} was asked`)),
    now: () => 0,
  });

const whyOff = (providers: Providers, name: string): string | null => {
  const state = providers.states.find((each) => each.name === name);
  if (state === undefined) throw new Error(`no state of ${name}`);
  return state.on ? null : state.why;
};

test('with no setting nothing is on, and each says which setting is missing', () => {
  const providers = providersFrom({});
  expect(providers.catalogues).toEqual([]);
  expect(providers.recognisers).toEqual([]);
  expect(providers.states.length).toBeGreaterThan(0);
  for (const state of providers.states) {
    expect(state).toMatchObject({ on: false, why: expect.stringMatching(/FERMATA_[A-Z_]+ is not (set|on)/) });
  }
});

test('services without a key are on only when switched on', () => {
  const providers = providersFrom({ FERMATA_DEEZER: 'on' });
  expect(providers.catalogues.map(({ name }) => name)).toEqual(['deezer']);
  expect(whyOff(providersFrom({ FERMATA_DEEZER: 'off' }), 'deezer')).toContain('providers/deezer/README.md');
});

test('previews may be fetched from one service, when that was said, over TLS and from its own hosts', () => {
  const everything = Object.assign({}, ...Object.values(services).map((make) => make().environment())) as Record<
    string,
    string
  >;
  expect(providersFrom(everything).catalogues.filter(({ previewHost }) => previewHost !== undefined)).toEqual([]);
  const listening = providersFrom({ ...everything, FERMATA_DEEZER_PREVIEWS: 'on' }).catalogues.filter(
    ({ previewHost }) => previewHost !== undefined,
  );
  expect(listening.map(({ name }) => name)).toEqual(['deezer']);
  const hostOf = listening[0]!.previewHost!;
  expect(hostOf('https://cdnt-preview.dzcdn.net/api/1/1/x.mp3?hdnea=exp=1')).toBe('cdnt-preview.dzcdn.net');
  for (const address of [
    'http://cdnt-preview.dzcdn.net/x.mp3',
    'https://cdnt-preview.dzcdn.net:8443/x.mp3',
    'https://dzcdn.net.example/x.mp3',
    'https://127.0.0.1/x.mp3',
    'nothing',
  ])
    expect(hostOf(address)).toBeNull();
});

test('a secret comes from its variable or from the file that is named there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fermata-secret-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'spotify');
  await writeFile(file, 'a secret\n');
  const id = { FERMATA_SPOTIFY_CLIENT_ID: 'id' };
  expect(whyOff(providersFrom({ ...id, FERMATA_SPOTIFY_CLIENT_SECRET: 'x' }), 'spotify')).toBeNull();
  expect(whyOff(providersFrom({ ...id, FERMATA_SPOTIFY_CLIENT_SECRET_FILE: file }), 'spotify')).toBeNull();
  expect(whyOff(providersFrom(id), 'spotify')).toBe('FERMATA_SPOTIFY_CLIENT_SECRET is not set');
});

test('with all settings all are on, in the order in which they are worth asking', () => {
  const environment = Object.assign({}, ...Object.values(services).map((make) => make().environment())) as Record<
    string,
    string
  >;
  const providers = providersFrom(environment);
  expect(providers.catalogues.map(({ name }) => name)).toEqual(catalogueNames);
  expect(providers.recognisers.map(({ name }) => name)).toEqual(recogniserNames);
  expect(providers.states).toEqual([...catalogueNames, ...recogniserNames].map((name) => ({ name, on: true })));
});

test('a key that is none leaves Apple Music off, and is not quoted', () => {
  const environment = { ...services.applemusic().environment() };
  const { privateKey: another } = generateKeyPairSync('ec', {
    namedCurve: 'secp256k1',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  for (const key of ['planted', '-----BEGIN PRIVATE KEY-----\nplanted\n-----END PRIVATE KEY-----', another]) {
    const why = whyOff(providersFrom({ ...environment, FERMATA_APPLEMUSIC_PRIVATE_KEY: key }), 'applemusic');
    expect(why).toContain('FERMATA_APPLEMUSIC_PRIVATE_KEY is not a P-256 private key');
    expect(why).not.toContain('planted');
  }
  const oneLine = (environment['FERMATA_APPLEMUSIC_PRIVATE_KEY'] ?? '').replaceAll('\n', '\\n');
  expect(whyOff(providersFrom({ ...environment, FERMATA_APPLEMUSIC_PRIVATE_KEY: oneLine }), 'applemusic')).toBeNull();
});

test('without fpcalc AcoustID is off, and says what is missing', () => {
  const key = { FERMATA_ACOUSTID_KEY: 'key' };
  expect(whyOff(providersFrom({ ...key, FERMATA_FPCALC: '/no/such/fpcalc' }), 'acoustid')).toBe(
    'FERMATA_FPCALC names /no/such/fpcalc, which cannot be run',
  );
  vi.stubEnv('PATH', '/no/such/folder');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(whyOff(providersFrom(key), 'acoustid')).toContain('fpcalc is not on PATH: install Chromaprint');
});

test('a file that is missing or empty leaves its service off, with the reason, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fermata-secret-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'spotify');
  const environment = { FERMATA_SPOTIFY_CLIENT_ID: 'id', FERMATA_SPOTIFY_CLIENT_SECRET_FILE: file };
  expect(whyOff(providersFrom(environment), 'spotify')).toBe(
    `FERMATA_SPOTIFY_CLIENT_SECRET_FILE names ${file}, which cannot be read (ENOENT)`,
  );
  await writeFile(file, ' \n');
  expect(whyOff(providersFrom({ ...environment, FERMATA_DEEZER: 'on' }), 'spotify')).toContain('which is empty');
  expect(whyOff(providersFrom({ ...environment, FERMATA_DEEZER: 'on' }), 'deezer')).toBeNull();
});

test('no secret is shown by the configuration', () => {
  const config = readConfig({
    environment: {
      FERMATA_SPOTIFY_CLIENT_SECRET: 'planted-1',
      FERMATA_APPLEMUSIC_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----\nplanted-2\n-----END PRIVATE KEY-----',
      FERMATA_ACRCLOUD_KEY: 'planted-3',
      FERMATA_ACRCLOUD_SECRET: ' planted-4 ',
      FERMATA_AUDD_TOKEN: 'planted-5',
      FERMATA_ACOUSTID_KEY: 'planted-6',
      FERMATA_PROVIDER_URLS: 'deezer=http://127.0.0.1:8080',
    },
  });
  const rows = describeConfig(config);
  expect(JSON.stringify(rows)).not.toContain('planted');
  expect(rows.find(({ key }) => key === 'FERMATA_ACRCLOUD_SECRET')?.value).toBe('****');
  expect(rows.find(({ key }) => key === 'FERMATA_PROVIDER_URLS')?.value).toBe('deezer=http://127.0.0.1:8080');
  expect(config.acrCloudSecret).toBe('planted-4');
});

test.each([
  [{ FERMATA_PROVIDER_URLS: 'deezer' }, /pairs like deezer=http/],
  [{ FERMATA_PROVIDER_URLS: 'deezer=ftp://host' }, /pairs like deezer=http/],
  [{ FERMATA_PROVIDER_URLS: 'deezer=http://ann:hunter2@host' }, /must not hold a password \(deezer\)\.$/],
  [{ FERMATA_PROVIDER_URLS: 'dezer=http://127.0.0.1:8080' }, /there is no service "dezer"; they are spotify, /],
  [{ FERMATA_PROVIDER_CALLS_PER_DAY: 'acrclod=100' }, /there is no service "acrclod"/],
  [{ FERMATA_PROVIDER_TERRITORY: 'Germany' }, /two-letter territory/],
  [{ FERMATA_ACRCLOUD_HOST: 'https://identify-eu-west-1.acrcloud.com' }, /host name without/],
  [{ FERMATA_DEEZER: 'maybe' }, /must be true or false/],
])('refuses %o', (environment, message) => expect(() => readConfig({ environment })).toThrow(message));

test.each([...catalogueNames, ...recogniserNames])('settings know %s', (name) => {
  const environment = { FERMATA_PROVIDER_CALLS_PER_DAY: `${name}=100` };
  expect(readConfig({ environment }).providerCallsPerDay).toEqual({ [name]: 100 });
});
