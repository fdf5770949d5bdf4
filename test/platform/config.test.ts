import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeConfig, maskSecret, readConfig } from '../../platform/config/index.ts';
import { settingsByName } from '../../platform/config/read.ts';
import { temporalConnectionOptions } from '../../platform/servers/index.ts';

describe('readConfig', () => {
  it('takes the flag before the variable before the default, and says which', () => {
    const environment = { FERMATA_UI_PORT: '9001', FERMATA_TEMPORAL_PORT: '9002', FERMATA_HORIZON_DAYS: '' };
    const config = readConfig({ flags: { 'ui-port': '9003' }, environment, folder: '/srv' });
    expect(config).toMatchObject({ uiPort: 9003, temporalPort: 9002, postgresPort: 0, horizonDays: 90 });
    const source = (key: string): string | undefined =>
      describeConfig(config).find((row) => row.key.startsWith(key))?.source;
    expect(source('FERMATA_UI_PORT')).toBe('flag');
    expect(source('FERMATA_TEMPORAL_PORT')).toBe('environment');
    expect(source('FERMATA_HORIZON_DAYS')).toBe('default');
  });

  it('makes paths absolute, from the given folder, and splits lists', () => {
    const config = readConfig({
      environment: {
        FERMATA_DATA_DIR: 'state',
        FERMATA_AUDIO_ROOTS: '/music:more music',
        FERMATA_AUDIO_HOSTS: ' a.example, b.example,',
      },
      folder: '/srv',
    });
    expect(config.dataDir).toBe(join('/srv', 'state'));
    expect(config.audioRoots).toEqual(['/music', '/srv/more music']);
    expect(config.audioHosts).toEqual(['a.example', 'b.example']);
    expect(readConfig({ environment: { HOME: '/home/ann' }, folder: '/srv' })).toMatchObject({
      dataDir: '/srv/.fermata',
      toolsDir: '/home/ann/.cache/fermata/tools',
    });
    expect(readConfig({ environment: { HOME: '/home/ann', XDG_CACHE_HOME: '/cache' } }).toolsDir).toBe(
      '/cache/fermata/tools',
    );
  });

  it.each([
    [{ FERMATA_UI_PORT: '70000' }, 'FERMATA_UI_PORT must be a whole number from 0 to 65535, not "70000".'],
    [{ FERMATA_HORIZON_DAYS: '3.5' }, 'FERMATA_HORIZON_DAYS must be a whole number from 1 to 3650, not "3.5".'],
    [{ FERMATA_LOG_LEVEL: 'loud' }, 'FERMATA_LOG_LEVEL must be one of debug, info, warn, error, not "loud".'],
    [{ TEMPORAL_TLS: 'perhaps' }, 'TEMPORAL_TLS must be true or false, not "perhaps".'],
    [{ DATABASE_URL: 'mysql://root:secret@db' }, 'DATABASE_URL must start with postgres://.'],
    [
      { FERMATA_PROVIDER_LIMITS: 'deezer=50/5s,spotify=0/30s' },
      'FERMATA_PROVIDER_LIMITS must be pairs like spotify=180/30s, not "spotify=0/30s".',
    ],
    [
      { FERMATA_PROVIDER_LIMITS: 'spotify=180/00s' },
      'FERMATA_PROVIDER_LIMITS must be pairs like spotify=180/30s, not "spotify=180/00s".',
    ],
    [
      { FERMATA_PROVIDER_PRICES: 'acrcloud' },
      'FERMATA_PROVIDER_PRICES must be pairs like acrcloud=0.003, not "acrcloud".',
    ],
    [
      { FERMATA_PROVIDER_MONEY_PER_DAY: 'napster=1' },
      'FERMATA_PROVIDER_MONEY_PER_DAY there is no service "napster"; they are spotify, applemusic, deezer, musicbrainz, itunes, acrcloud, audd, acoustid.',
    ],
  ])('refuses %o by name, without showing secrets', (environment, message) => {
    expect(() => readConfig({ environment })).toThrow(expect.objectContaining({ code: 'config-invalid', message }));
  });

  it('reads pairs, with blanks where people put them', () => {
    const { providerLimits, providerPrices, providerCallsPerDay, providerUrls } = readConfig({
      environment: {
        FERMATA_PROVIDER_LIMITS: 'spotify=180/30s, acrcloud = 2 / s,itunes=20/min, deezer=7/2min',
        FERMATA_PROVIDER_PRICES: 'acrcloud=0.003,audd=1',
        FERMATA_PROVIDER_CALLS_PER_DAY: 'audd=0',
        FERMATA_PROVIDER_URLS: 'deezer=http://127.0.0.1:8080/a=b',
      },
    });
    expect(providerLimits).toMatchObject({
      spotify: { calls: 180, windowMs: 30_000 },
      acrcloud: { calls: 2, windowMs: 1_000 },
      itunes: { calls: 20, windowMs: 60_000 },
      deezer: { calls: 7, windowMs: 120_000 },
    });
    expect(Object.values(providerLimits).map(String)).toEqual(['180/30s', '2/s', '20/min', '7/2min']);
    expect(providerPrices).toEqual({ acrcloud: 0.003, audd: 1 });
    expect(providerCallsPerDay).toEqual({ audd: 0 });
    expect(providerUrls).toEqual({ deezer: 'http://127.0.0.1:8080/a=b' });
  });

  it('quotes no secret, whatever is wrong with it', () => {
    const secrets = settingsByName.filter(([, { secret }]) => secret === true);
    expect(secrets.length).toBeGreaterThan(5);
    for (const [, { variable }] of secrets) {
      for (const given of ['planted', ' planted\n', 'mysql://planted:planted@planted', '=planted,planted'])
        try {
          readConfig({ environment: { [variable]: given } });
        } catch (error) {
          expect((error as Error).message).not.toContain('planted');
        }
    }
  });

  it('names the flag when the flag is wrong', () => {
    expect(() => readConfig({ flags: { 'ui-port': 'x' }, environment: {} })).toThrow('--ui-port must be');
  });

  it('cannot be changed', () => {
    const config = readConfig({ environment: { FERMATA_AUDIO_HOSTS: 'a.example' } });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.audioHosts)).toBe(true);
  });
});

describe('describeConfig', () => {
  it('shows every key with a meaning and no secret', () => {
    const config = readConfig({
      environment: {
        DATABASE_URL: 'postgres://ann:hunter2@db.example/app?sslpassword=hunter3',
        TEMPORAL_API_KEY: 'hunter4',
      },
    });
    const rows = describeConfig(config);
    expect(rows).toHaveLength(Object.keys(config).length);
    expect(rows.every((row) => row.meaning.length > 10)).toBe(true);
    expect(JSON.stringify(rows)).not.toContain('hunter');
    expect(rows.find((row) => row.key === 'DATABASE_URL')?.value).toBe('postgres://ann:****@db.example/app?****');
  });

  it.each([
    [null, ''],
    ['not a url: secret', '****'],
    ['postgres://db.example/app', 'postgres://db.example/app'],
  ])('masks %s as %s', (secret, shown) => expect(maskSecret(secret)).toBe(shown));
});

describe('temporalConnectionOptions', () => {
  const config = readConfig({ environment: { TEMPORAL_API_KEY: 'key', TEMPORAL_TLS_SERVER_NAME: 'name.example' } });
  it('uses TLS and the key for a cluster elsewhere', () => {
    expect(temporalConnectionOptions(config, 'a.tmprl.cloud:7233')).toEqual({
      address: 'a.tmprl.cloud:7233',
      apiKey: 'key',
      tls: { serverNameOverride: 'name.example' },
    });
  });
  it('keeps them from the embedded server, unless TLS is asked for', () => {
    expect(temporalConnectionOptions(config, '127.0.0.1:7233')).toEqual({ address: '127.0.0.1:7233' });
    const tunnel = readConfig({ environment: { TEMPORAL_TLS: 'true' } });
    expect(temporalConnectionOptions(tunnel, '127.0.0.1:7233')).toEqual({ address: '127.0.0.1:7233', tls: {} });
  });
});
