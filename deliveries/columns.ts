// Which column of a distributor's sheet means what. Headers are compared without case, blanks and punctuation.

import { plainText } from './checkRecording.ts';

/** Spellings of each field, as distributors and labels write them. The first is our own. */
const spellings = {
  title: [
    'title',
    'track title',
    'track name',
    'song title',
    'song name',
    'song',
    'recording title',
    'titel',
    'tracktitel',
    'songtitel',
    'liedtitel',
    'titre',
    'titre du morceau',
    'titre de la piste',
    'titulo',
    'titulo de la cancion',
    'titulo de la pista',
    'nombre de la cancion',
    'titulo da faixa',
    'titulo da musica',
    'nome da faixa',
    'faixa',
  ],
  version: [
    'version',
    'version title',
    'track version',
    'mix name',
    'mix version',
    'mix',
    'subtitle',
    'sub title',
    'title version',
    'versionstitel',
    'titelversion',
    'mixversion',
    'version du titre',
    'version de la cancion',
    'versao',
    'versao da faixa',
  ],
  artists: [
    'artists',
    'artist',
    'artist name',
    'artist names',
    'track artist',
    'track artists',
    'primary artist',
    'primary artists',
    'main artist',
    'main artists',
    'display artist',
    'performer',
    'interpret',
    'kunstler',
    'kuenstler',
    'interpreten',
    'hauptkunstler',
    'hauptkuenstler',
    'artiste',
    'artistes',
    'artiste principal',
    'nom de l artiste',
    'interprete',
    'interpretes',
    'artista',
    'artistas',
    'artista principal',
    'nombre del artista',
    'nome do artista',
  ],
  featured: [
    'featured artists',
    'featured artist',
    'featuring',
    'featuring artist',
    'featuring artists',
    'feat',
    'gastkunstler',
    'gastkuenstler',
    'artiste invite',
    'artistes invites',
    'artista invitado',
    'artistas invitados',
    'artista convidado',
    'artistas convidados',
  ],
  remixers: ['remixers', 'remixer', 'remix artist', 'remixe par', 'remezclador'],
  composers: [
    'composers',
    'composer',
    'songwriter',
    'songwriters',
    'writers',
    'writer',
    'komponist',
    'komponisten',
    'compositeur',
    'compositeurs',
    'compositor',
    'compositores',
  ],
  producers: [
    'producers',
    'producer',
    'produzent',
    'produzenten',
    'producteur',
    'producteurs',
    'productor',
    'productores',
    'produtor',
    'produtores',
  ],
  isrc: ['isrc', 'isrc code', 'track isrc', 'recording isrc', 'isrc nummer', 'code isrc', 'codigo isrc'],
  upc: [
    'upc',
    'ean',
    'upc ean',
    'upc code',
    'barcode',
    'gtin',
    'icpn',
    'release upc',
    'album upc',
    'product upc',
    'upc code',
    'code upc',
    'code barre',
    'code barres',
    'codigo upc',
    'codigo de barras',
    'strichcode',
  ],
  album: [
    'album',
    'album title',
    'release title',
    'release name',
    'product title',
    'release',
    'album name',
    'albumtitel',
    'albumname',
    'veroffentlichung',
    'titre de l album',
    'nom de l album',
    'titulo del album',
    'nombre del album',
    'titulo do album',
    'nome do album',
  ],
  label: [
    'label',
    'label name',
    'record label',
    'imprint',
    'plattenfirma',
    'labelname',
    'maison de disques',
    'sello',
    'sello discografico',
    'gravadora',
    'selo',
  ],
  release_date: [
    'release date',
    'digital release date',
    'street date',
    'sales start date',
    'sale start date',
    'go live date',
    'live date',
    'dsp release date',
    'start date',
    'release datetime',
    'album release date',
    'veroffentlichungsdatum',
    'veroeffentlichungsdatum',
    'erscheinungsdatum',
    'date de sortie',
    'date de parution',
    'fecha de lanzamiento',
    'fecha de publicacion',
    'data de lancamento',
  ],
  end_date: [
    'end date',
    'sales end date',
    'sale end date',
    'takedown date',
    'deletion date',
    'enddatum',
    'date de fin',
    'fecha de fin',
    'data de termino',
  ],
  preview_date: ['preview date', 'preview start', 'preview start date', 'clip preview date', 'preview start time'],
  tiktok_date: [
    'tiktok date',
    'tiktok release date',
    'tik tok release date',
    'short video date',
    'ugc date',
    'ugc release date',
    'social release date',
  ],
  preorder_date: [
    'preorder date',
    'pre order date',
    'preorder start',
    'pre order start date',
    'presave date',
    'pre save date',
    'pre add date',
  ],
  territories: [
    'territories',
    'territory',
    'territory codes',
    'countries',
    'country',
    'included territories',
    'sales territories',
    'lander',
    'laender',
    'territorien',
    'gebiete',
    'territoires',
    'pays',
    'territorios',
    'paises',
  ],
  excluded_territories: ['excluded territories', 'excluded countries', 'territories excluded'],
  file: [
    'file',
    'filename',
    'file name',
    'audio',
    'audio file',
    'audio filename',
    'audio path',
    'audio file name',
    'wav',
    'file path',
    'datei',
    'dateiname',
    'audiodatei',
    'fichier',
    'fichier audio',
    'nom du fichier',
    'archivo',
    'archivo de audio',
    'arquivo',
    'arquivo de audio',
  ],
  duration_ms: ['duration ms', 'length ms', 'track duration ms', 'duration in ms', 'length in ms'],
  duration: [
    'duration',
    'length',
    'track length',
    'track duration',
    'running time',
    'lange',
    'laenge',
    'dauer',
    'spieldauer',
    'laufzeit',
    'duree',
    'duracion',
    'duracao',
  ],
  aliases: [
    'aliases',
    'alternative titles',
    'alternative title',
    'translated title',
    'translated titles',
    'other titles',
  ],
  action: ['action', 'delivery type'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Field = keyof typeof spellings;
export const fields = Object.keys(spellings) as Field[];

const squeeze = (header: string): string =>
  header
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

const bySpelling: ReadonlyMap<string, Field> = new Map(
  fields.flatMap((field) => [field, ...spellings[field]].map((spelling) => [squeeze(spelling), field] as const)),
);

/** A column that says a service's ids: `spotify_id`, `apple_music_ids`. */
const serviceColumn = /^([a-z][a-z_ ]{1,29}?)(?:_| | - )ids?$/;
/** Spotify's exports call its ids so; what is written there says whose they are. */
const trackAddress = /^track ur[il]$/;

/** Our field, `id:<service>`, or null for a column that is left out. */
export type Column = Field | `id:${string}` | null;

export interface ColumnMap {
  /** One for each column of the file. */
  readonly columns: readonly Column[];
  /** Headers of columns that mean nothing to us. */
  readonly unknown: readonly string[];
}

/**
 * Reads the header line. `given` comes from `--map column=field` and goes before the known spellings; field `-` leaves a column out.
 * @returns a sentence when the columns cannot be told apart.
 */
export function mapColumns(
  header: readonly string[],
  given: Readonly<Record<string, string>> = {},
): ColumnMap | string {
  const overrides = new Map(Object.entries(given).map(([column, field]) => [squeeze(column), field]));
  const columns: Column[] = [];
  const unknown: string[] = [];
  const taken = new Map<string, string>();
  for (const raw of header) {
    const name = plainText(raw) ?? '';
    const override = overrides.get(squeeze(name));
    const field = override === undefined ? meaningOf(name) : override === '-' ? null : (override as Field);
    if (field === null && override === undefined && name !== '') unknown.push(name);
    if (field !== null && taken.has(field))
      return `the columns "${taken.get(field)}" and "${name}" both mean ${field}: say which one counts with --map "COLUMN=${field}" and --map "OTHER=-"`;
    if (field !== null) taken.set(field, name);
    columns.push(field);
  }
  return { columns, unknown };
}

function meaningOf(name: string): Column {
  const field = bySpelling.get(squeeze(name));
  if (field !== undefined) return field;
  if (trackAddress.test(name.toLowerCase())) return 'id:spotify';
  const service = serviceColumn.exec(name.toLowerCase())?.[1];
  return service === undefined ? null : `id:${service.replaceAll(/[_ ]/g, '')}`;
}

/** "Release" names a release in one sheet and its day in another: which, the first value tells. @returns what to ask, or null. */
export function whatReleaseMeans(
  header: readonly string[],
  values: readonly unknown[],
  given: Readonly<Record<string, string>>,
): string | null {
  const i = header.findIndex((name) => /^(?:release|released|veroffentlichung|veroeffentlichung)$/.test(squeeze(name)));
  const name = header[i] ?? '';
  if (i === -1 || Object.keys(given).some((column) => squeeze(column) === squeeze(name))) return null;
  const value = plainText(values[i]) ?? '';
  return /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?:[T ].*)?$/.test(value)
    ? `the column "${name}" holds days ("${value.slice(0, 40)}"): say what it is with --map "${name}=release_date", --map "${name}=album" or --map "${name}=-"`
    : null;
}

/** Why a listing with these columns cannot be taken, or null: without them every row would be refused. */
export function whatIsMissing(
  header: readonly string[],
  map: ColumnMap,
  given: Readonly<Record<string, string>>,
): string | null {
  const names = new Set(header.map(squeeze));
  const absent = Object.keys(given).find((column) => !names.has(squeeze(column)));
  if (absent !== undefined) return `--map names a column "${absent}", and its first line has none of that name`;
  if (header.some((name) => name.includes('\uFFFD')))
    return 'its first line is not in UTF-8: save the file as UTF-8, or say --encoding windows-1252';
  if (names.has('catalog') && names.has('releaseid') && names.has('collectionfolder'))
    return 'it is a collection from Discogs, which lists releases and no recordings: nothing in it can be taken';
  // A takedown needs no words, only to say which recording or release.
  if (map.columns.includes('action')) return null;
  for (const needed of ['title', 'artists'] as const) {
    if (!map.columns.includes(needed))
      return `its first line names no column "${needed}" (it has: ${header.join(', ').slice(0, 300)}); if one of them means it, say so with --map "COLUMN=${needed}"`;
  }
  return null;
}
