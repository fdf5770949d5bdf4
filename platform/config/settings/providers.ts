// Providers: who is on, with which credentials, and how much of each may be used.

import { setting, type Setting } from '../setting.ts';

/** Two settings: the secret itself, or a file that holds it. The file is read by who needs the secret, so that nobody else must be allowed to. */
function secretOrFile<const Name extends string>(
  name: Name,
  variable: string,
  meaning: string,
): Record<Name | `${Name}File`, Setting<string | null>> {
  return {
    [name]: setting({ variable, meaning, secret: true, schema: (of) => of.trimmed }),
    [`${name}File`]: setting({
      variable: `${variable}_FILE`,
      meaning: `file that holds ${variable}, instead of the variable`,
      schema: (of, base) => of.path(base),
    }),
  } as Record<Name | `${Name}File`, Setting<string | null>>;
}

export const providers = {
  spotifyClientId: setting({
    variable: 'FERMATA_SPOTIFY_CLIENT_ID',
    meaning: 'Spotify: client id of the app; Spotify is asked when it and the secret are set',
    schema: (of) => of.trimmed,
  }),
  ...secretOrFile('spotifyClientSecret', 'FERMATA_SPOTIFY_CLIENT_SECRET', 'Spotify: client secret of the app'),
  appleMusicKeyId: setting({
    variable: 'FERMATA_APPLEMUSIC_KEY_ID',
    meaning: 'Apple Music: id of the MusicKit key; asked when it, the team id and the key are set',
    schema: (of) => of.trimmed,
  }),
  appleMusicTeamId: setting({
    variable: 'FERMATA_APPLEMUSIC_TEAM_ID',
    meaning: 'Apple Music: id of the developer team',
    schema: (of) => of.trimmed,
  }),
  ...secretOrFile(
    'appleMusicPrivateKey',
    'FERMATA_APPLEMUSIC_PRIVATE_KEY',
    'Apple Music: private key (PEM, the .p8 file)',
  ),
  deezer: setting({
    variable: 'FERMATA_DEEZER',
    meaning: 'on: ask Deezer; it needs no key, its terms ask for a conscious choice (providers/deezer/README.md)',
    schema: (of) => of.onOrOff,
    default: false,
  }),
  deezerPreviews: setting({
    variable: 'FERMATA_DEEZER_PREVIEWS',
    meaning:
      'on: listen to previews of Deezer where there is no other audio of a recording; a second choice that its terms ask for (providers/deezer/README.md)',
    schema: (of) => of.onOrOff,
    default: false,
  }),
  itunes: setting({
    variable: 'FERMATA_ITUNES',
    meaning: 'on: ask the iTunes Search API; it needs no key, see its terms (providers/itunes/README.md)',
    schema: (of) => of.onOrOff,
    default: false,
  }),
  musicBrainzContact: setting({
    variable: 'FERMATA_MUSICBRAINZ_CONTACT',
    meaning: 'mail or web address that MusicBrainz can reach you by; MusicBrainz is asked when it is set',
    schema: (of) => of.trimmed,
  }),
  providerTerritory: setting({
    variable: 'FERMATA_PROVIDER_TERRITORY',
    meaning: 'two-letter territory whose catalogue is asked of Apple Music and iTunes',
    schema: (of) => of.territory,
    default: 'US',
  }),
  acrCloudHost: setting({
    variable: 'FERMATA_ACRCLOUD_HOST',
    meaning:
      'ACRCloud: host of the project, like identify-eu-west-1.acrcloud.com; asked when host, key and secret are set',
    schema: (of) => of.hostName,
  }),
  acrCloudKey: setting({
    variable: 'FERMATA_ACRCLOUD_KEY',
    meaning: 'ACRCloud: access key of the project',
    secret: true,
    schema: (of) => of.trimmed,
  }),
  ...secretOrFile('acrCloudSecret', 'FERMATA_ACRCLOUD_SECRET', 'ACRCloud: access secret of the project'),
  ...secretOrFile('auddToken', 'FERMATA_AUDD_TOKEN', 'AudD: API token; AudD is asked when it is set'),
  ...secretOrFile(
    'acoustIdKey',
    'FERMATA_ACOUSTID_KEY',
    'AcoustID: API key of the application; asked when it is set and fpcalc is installed',
  ),
  fpcalcPath: setting({
    variable: 'FERMATA_FPCALC',
    meaning: 'path of the fpcalc program (Chromaprint), for AcoustID',
    unset: 'look for it on PATH',
    schema: (of, base) => of.path(base),
  }),
  providerLimits: setting({
    variable: 'FERMATA_PROVIDER_LIMITS',
    meaning:
      "name=requests/time pairs, separated by ',', where a service allows you more or less than usual: spotify=180/30s,acrcloud=2/1s",
    schema: (of) => of.rates('spotify=180/30s'),
    default: {},
  }),
  providerPrices: setting({
    variable: 'FERMATA_PROVIDER_PRICES',
    meaning: 'name=price pairs: what one call costs, in the currency of your budgets: acrcloud=0.003,audd=0.005',
    schema: (of) => of.amounts('acrcloud=0.003'),
    default: {},
  }),
  providerCallsPerDay: setting({
    variable: 'FERMATA_PROVIDER_CALLS_PER_DAY',
    meaning: 'name=calls pairs: the most calls to a service in a day (UTC): acrcloud=1000',
    unset: 'as its limit allows',
    schema: (of) => of.counts('acrcloud=1000'),
    default: {},
  }),
  providerMoneyPerDay: setting({
    variable: 'FERMATA_PROVIDER_MONEY_PER_DAY',
    meaning: 'name=amount pairs: the most that calls to a service may cost in a day (UTC), by their price: acrcloud=5',
    schema: (of) => of.amounts('acrcloud=5'),
    default: {},
  }),
  providerUrls: setting({
    variable: 'FERMATA_PROVIDER_URLS',
    meaning:
      'name=URL pairs, separated by ",", of services elsewhere than at their own address: a mirror, a proxy, a test',
    schema: (of) => of.addresses('deezer=http://127.0.0.1:8080'),
    default: {},
  }),
};
