// DDEX Electronic Release Notification 4.1 to 4.3, and 3.7 and 3.8 in the words of 4 (`ern38.ts`): a NewReleaseMessage states a release as a whole, a PurgeReleaseMessage takes one back.
//
// One row for each sound recording, with what each release of the message says of it, then one row for each release. Deals of a
// track's own release count together with those of the product that holds it. Only sound recordings are read; videos, images and texts
// are passed over.

import type { Credit, DeliveredItem, DeliveryRow, Offer, ReleaseHead, Said } from '../domain/delivery.ts';
import { availability, isMomentText, type ReleaseMoment } from '../domain/release.ts';
import { roleOf, readIsoDuration } from './cells.ts';
import { checkRecording, plainText, releaseIdOfUpc } from './checkRecording.ts';
import { inWordsOf4 } from './ern38.ts';
import { readDeals, type Deals } from './ernDeals.ts';
import { childOf, childrenOf, descendantsOf, readXml, textAt, XmlRefused, type XmlElement } from './xml.ts';

export interface ErnMessage {
  /** Sorts the messages of a batch; null when the message could not be read so far. */
  readonly createdAtMs: number | null;
  /** Without their line: that is their place in the delivery. */
  readonly rows: readonly Omit<DeliveryRow, 'line'>[];
}

/** @param name path of the message under the delivery's folder; audio lies relative to it. Never throws for what the message says. */
export async function readErn(name: string, source: AsyncIterable<Buffer>): Promise<ErnMessage> {
  let message: XmlElement;
  try {
    message = await readXml(source);
  } catch (error) {
    if (!(error instanceof XmlRefused)) throw error;
    return {
      createdAtMs: null,
      rows: [{ place: `${name}:${error.line}`, row: null, reason: error.message, remark: null }],
    };
  }
  const reading = begin(name, message);
  if (typeof reading === 'string') return { createdAtMs: null, rows: [refusal(name, message, reading)] };
  return {
    createdAtMs: Date.parse(reading.said.at!),
    rows: reading.message.name === 'PurgeReleaseMessage' ? readPurge(reading) : readRelease(reading),
  };
}

type Row = Omit<DeliveryRow, 'line'>;

interface Reading {
  readonly name: string;
  readonly message: XmlElement;
  readonly sender: string;
  readonly said: Said;
}

const placeOf = (name: string, element: XmlElement): string =>
  element.path === '' ? `${name}:${element.line}` : `${name}:${element.line} ${element.path}`;
const refusal = (name: string, element: XmlElement, reason: string): Row => ({
  place: placeOf(name, element),
  row: null,
  reason,
  remark: null,
});
const taken = (name: string, element: XmlElement, row: DeliveredItem, remarks: readonly string[] = []): Row => ({
  place: placeOf(name, element),
  row,
  reason: null,
  remark: remarks.length === 0 ? null : [...new Set(remarks)].join('; ').slice(0, 2000),
});

function begin(name: string, given: XmlElement): Reading | string {
  const message = /\/ern\/3\d+$/.test(given.namespace) ? inWordsOf4(given) : given;
  const version = /^https?:\/\/(?:www\.)?ddex\.net\/xml\/ern\/(\d+)$/.exec(message.namespace)?.[1];
  if (version === undefined)
    return `its root <${message.name}> is in the namespace "${message.namespace}", which is not a DDEX ERN one`;
  if (!/^(?:4[123]|3[78])\d?$/.test(version))
    return `ERN ${version.split('').join('.')} is not read; 3.7, 3.8, 4.1, 4.2 and 4.3 are (namespace ${message.namespace})`;
  if (message.name !== 'NewReleaseMessage' && message.name !== 'PurgeReleaseMessage')
    return `a ${message.name} is not read; NewReleaseMessage and PurgeReleaseMessage are`;
  const header = childOf(message, 'MessageHeader');
  const created = textAt(header, 'MessageCreatedDateTime');
  if (created === null || !isMomentText(created) || created.length === 10)
    return 'MessageHeader has no MessageCreatedDateTime: which of two messages is the newer one cannot be known';
  if (textAt(header, 'MessageControlType') === 'TestMessage') return 'it is a TestMessage: test messages are not taken';
  const sender = childOf(header, 'MessageSender');
  const senderId = plainText(textAt(sender, 'PartyId'));
  if (senderId === null) return 'MessageHeader names no MessageSender with a PartyId';
  const fullName = plainText(textAt(sender, 'PartyName', 'FullName'));
  return {
    name,
    message,
    sender: senderId,
    said: {
      by: (fullName === null ? senderId : `${fullName} (${senderId})`).slice(0, 300),
      messageId: plainText(textAt(header, 'MessageId'))?.slice(0, 200) ?? null,
      // Without an offset DDEX leaves open which clock is meant; UTC is what most senders mean.
      at: new Date(/(?:Z|[+-]\d{2}:\d{2})$/.test(created) ? created : `${created}Z`).toISOString(),
    },
  };
}

function readPurge({ name, message, sender, said }: Reading): Row[] {
  const purged = childrenOf(message, 'PurgedRelease');
  if (purged.length === 0) return [refusal(name, message, 'it names no PurgedRelease')];
  return purged.map((each) => {
    const head = headOf(each, sender);
    return typeof head === 'string'
      ? refusal(name, each, head)
      : taken(name, each, { kind: 'takedown', releaseId: head.id, isrc: null, from: said.at, said });
  });
}

/** A release of the message, and the recordings in it by resource reference. */
interface MessageRelease {
  readonly element: XmlElement;
  readonly reference: string;
  readonly head: ReleaseHead;
  /** Resource reference → what this release says of it. */
  readonly resources: ReadonlyMap<string, readonly ReleaseMoment[]>;
  readonly remarks: readonly string[];
}

function readRelease(reading: Reading): Row[] {
  const { name, message, said } = reading;
  const parties = partyNames(message);
  const resourceList = childOf(message, 'ResourceList');
  const known = new Set((resourceList?.children ?? []).map((each) => textAt(each, 'ResourceReference') ?? ''));
  const deals = readDeals(message);
  const rows: Row[] = [...Map.groupBy(deals.refused, ({ reason }) => reason)].map(([reason, same]) =>
    refusal(name, same[0]!.element, `${same.length === 1 ? 'deal' : `${same.length} deals`} left out: ${reason}`),
  );
  const refusedReleases: RefusedRelease[] = [];
  const releases = readReleases(reading, parties, known, deals, refusedReleases);

  const recordings = childrenOf(resourceList, 'SoundRecording');
  const byIsrc = new Map<string, XmlElement>();
  const rowsOf = new Map<MessageRelease, number>();
  for (const element of recordings) {
    const reference = textAt(element, 'ResourceReference') ?? '';
    const within = releases.filter((release) => release.resources.has(reference));
    const refused = within.length === 0 ? refusedReleases.find(({ holds }) => holds.has(reference)) : undefined;
    if (refused !== undefined) {
      refused.recordings += 1;
      continue;
    }
    if (within.length === 0) {
      rows.push(
        refusal(
          name,
          element,
          `no release of the message that can be taken holds it (${reference || 'no ResourceReference'})`,
        ),
      );
      continue;
    }
    for (const release of within) rowsOf.set(release, (rowsOf.get(release) ?? 0) + 1);
    const row = readRecording(reading, element, reference, within, parties);
    const isrc = row.row?.kind === 'recording' ? row.row.isrc : null;
    const first = isrc === null ? undefined : byIsrc.get(isrc);
    if (isrc !== null && first === undefined) byIsrc.set(isrc, element);
    rows.push(
      first === undefined
        ? row
        : refusal(name, element, `${first.path} of the same message has the ISRC ${isrc} already`),
    );
  }
  for (const { element, reason, recordings: lost } of refusedReleases)
    rows.push(
      refusal(
        name,
        element,
        lost === 0
          ? reason
          : `${reason}; ${lost === 1 ? 'its recording is' : `its ${lost} recordings are`} not taken with it`,
      ),
    );
  for (const release of releases)
    rows.push(
      taken(
        name,
        release.element,
        { kind: 'release', release: release.head, recordings: rowsOf.get(release) ?? 0, rowsBefore: rows.length, said },
        release.remarks,
      ),
    );
  if (rows.length === 0) rows.push(refusal(name, message, 'it states no release'));
  return rows;
}

/** One cause is one line: the recordings that are refused with a release are counted there. */
interface RefusedRelease {
  readonly element: XmlElement;
  readonly reason: string;
  readonly holds: ReadonlySet<string>;
  recordings: number;
}

/** Main releases with their tracks' own releases counted in; a track release that belongs to none stands for itself. */
function readReleases(
  { message, sender }: Reading,
  parties: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
  deals: Deals,
  refused: RefusedRelease[],
): MessageRelease[] {
  const list = childOf(message, 'ReleaseList');
  const mains = childrenOf(list, 'Release');
  const tracks = childrenOf(list, 'TrackRelease');
  const own = (element: XmlElement): string[] =>
    descendantsOf(element, 'ReleaseResourceReference').map((each) => each.text);
  const resourcesOfMain = new Set(mains.flatMap(own));
  const single = mains.length === 1 ? mains[0]! : null;
  const belongs = (track: XmlElement, main: XmlElement): boolean =>
    single === main || own(track).some((reference) => own(main).includes(reference));
  const alone = tracks.filter((track) => single === null && !own(track).some((each) => resourcesOfMain.has(each)));
  const releases: MessageRelease[] = [];
  for (const element of [...mains, ...alone]) {
    const refuse = (reason: string): void =>
      void refused.push({ element, reason, holds: new Set(own(element)), recordings: 0 });
    const head = headOf(element, sender, parties);
    if (typeof head === 'string') {
      refuse(head);
      continue;
    }
    const parts = [element, ...(mains.includes(element) ? tracks.filter((track) => belongs(track, element)) : [])];
    const missing = parts.flatMap(own).find((reference) => !known.has(reference));
    if (missing !== undefined) {
      refuse(
        `it refers to ${missing}, which is not in the ResourceList: a message states its release as a whole, so nothing of this one is taken`,
      );
      continue;
    }
    const resources = new Map<string, ReleaseMoment[]>();
    const remarks: string[] = [];
    if (head.upc !== null && releaseIdOfUpc(head.upc) === null)
      remarks.push(
        `its ICPN "${head.upc.slice(0, 40)}" has a wrong check digit and is no barcode: it is known by ${head.id}`,
      );
    let [given, left] = [0, 0];
    for (const part of parts) {
      const terms = deals.byRelease.get(textAt(part, 'ReleaseReference') ?? '');
      given += terms?.given ?? 0;
      left += terms?.refused ?? 0;
      remarks.push(...(terms?.remarks ?? []));
      for (const resource of own(part))
        resources.set(resource, [
          ...(resources.get(resource) ?? []),
          ...(terms?.moments ?? []),
          ...(terms?.instant.get(resource) ?? []),
        ]);
    }
    if (given > 0 && left === given) {
      refuse(`none of its ${given} deals can be taken, so nothing of the release is`);
      continue;
    }
    if (left > 0) remarks.push(`${left} of its ${given} deals are left out`);
    if (given === 0) remarks.push('it has no deal: as long as none comes it is not out');
    releases.push({ element, reference: textAt(element, 'ReleaseReference') ?? '', head, resources, remarks });
  }
  return releases;
}

/** @returns a sentence when nothing names the release. */
function headOf(
  element: XmlElement,
  sender: string,
  parties: ReadonlyMap<string, string> = new Map(),
): ReleaseHead | string {
  const ids = childOf(element, 'ReleaseId');
  const upc = plainText(textAt(ids, 'ICPN'));
  const grid = plainText(textAt(ids, 'GRid'));
  const proprietary = childOf(ids, 'ProprietaryId');
  const catalogue = plainText(textAt(ids, 'CatalogNumber'));
  const isrc = plainText(textAt(ids, 'ISRC'));
  const ownId = proprietary?.text || catalogue || isrc;
  const id =
    releaseIdOfUpc(upc) ??
    (grid !== null
      ? `grid:${grid.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}`
      : ownId
        ? `ddex:${sender}:${proprietary?.attributes['Namespace'] ?? ''}:${ownId}`
        : // A barcode that is none still tells the sender's own releases apart.
          upc !== null
          ? `ddex:${sender}:icpn:${upc}`
          : null);
  if (id === null) return 'the release has no ReleaseId';
  const labelReference = textAt(element, 'ReleaseLabelReference');
  const label = labelReference === null ? textAt(element, 'LabelName') : (parties.get(labelReference) ?? null);
  return {
    id: id.slice(0, 300),
    upc: releaseIdOfUpc(upc)?.slice(4) ?? upc,
    title: plainText(titlesOf(element).title)?.slice(0, 1000) ?? null,
    label: plainText(label)?.slice(0, 300) ?? null,
  };
}

function readRecording(
  { name, said }: Reading,
  element: XmlElement,
  reference: string,
  releases: readonly MessageRelease[],
  parties: ReadonlyMap<string, string>,
): Row {
  const remarks: string[] = [];
  const edition = childOf(element, 'SoundRecordingEdition');
  const titles = titlesOf(element);
  const billed = billingOf(element, parties);
  if (billed.unknown !== null) remarks.push(`the party ${billed.unknown} is not in the PartyList`);
  const { file, remark } = audioOf(name, [element, ...(edition === null ? [] : [edition])]);
  if (remark !== null) remarks.push(remark);
  const length = textAt(element, 'Duration');
  const durationMs = length === null ? null : readIsoDuration(length);
  if (length !== null && durationMs === null)
    remarks.push(`its duration "${length.slice(0, 40)}" is none and is left out`);
  const offers = releases.map((release): Offer => ({
    release: release.head,
    moments: release.resources.get(reference) ?? [],
  }));
  // What the recording is listed under, where several releases hold it: the one that is out first.
  const first = offers.toSorted(
    (a, b) =>
      availability(a.moments).outFromMs - availability(b.moments).outFromMs || (a.release.id < b.release.id ? -1 : 1),
  )[0];
  const checked = checkRecording({
    file,
    fileMayBeMissing: true,
    isrc: plainText(textAt(element, 'ResourceId', 'ISRC') ?? textAt(edition, 'ResourceId', 'ISRC')),
    title: plainText(titles.title),
    artists: billed.artists,
    version: plainText(titles.version),
    album: first?.release.title ?? null,
    releaseDate: first === undefined ? null : availability(first.moments).releaseDate,
    upc: first?.release.upc ?? null,
    label: first?.release.label ?? null,
    durationMs,
    aliases: titles.aliases.map(plainText).filter((alias) => alias !== null),
    externalIds: {},
    credits: billed.credits,
    moments: [],
    offers,
    said,
  });
  return typeof checked === 'string' ? refusal(name, element, checked) : taken(name, element, checked, remarks);
}

/** The display title apart from its subtitle, which is the version; every other title is another name for it. */
function titlesOf(element: XmlElement): {
  readonly title: string | null;
  readonly version: string | null;
  readonly aliases: readonly string[];
} {
  const shown = childrenOf(element, 'DisplayTitle');
  const lines = childrenOf(element, 'DisplayTitleText');
  const main = defaultOf(shown);
  const line = defaultOf(lines)?.text || null;
  const title = textAt(main, 'TitleText') ?? line;
  const versions = childrenOf(main, 'SubTitle')
    .filter(({ attributes }) => /^(?:Version)?$/i.test(attributes['SubTitleType'] ?? ''))
    .map((each) => each.text)
    .filter((text) => text !== '');
  const version = versions.length === 0 ? null : versions.join(' ');
  const others = [...shown, ...childrenOf(element, 'FormalTitle'), ...childrenOf(element, 'AdditionalTitle')]
    .filter((each) => each !== main)
    .map((each) => [textAt(each, 'TitleText'), textAt(each, 'SubTitle')])
    .map(([text, sub]) => (text === null ? null : sub === null || text === undefined ? text : `${text} (${sub})`));
  const same = new Set(
    [title, version === null ? title : `${title} (${version})`].map((text) => (text ?? '').toLowerCase()),
  );
  const aliases = [...others, ...lines.map((each) => each.text)].filter(
    (text): text is string => typeof text === 'string' && text !== '' && !same.has(text.toLowerCase()),
  );
  return { title, version, aliases: [...new Set(aliases)] };
}

const defaultOf = (elements: readonly XmlElement[]): XmlElement | null =>
  elements.find((each) => /^(?:true|1)$/.test(each.attributes['IsDefault'] ?? '')) ??
  elements.find((each) => /^(?:Worldwide)?$/.test(each.attributes['ApplicableTerritoryCode'] ?? '')) ??
  elements[0] ??
  null;

function partyNames(message: XmlElement): ReadonlyMap<string, string> {
  return new Map(
    childrenOf(childOf(message, 'PartyList'), 'Party').flatMap((party) => {
      const reference = textAt(party, 'PartyReference');
      const fullName = textAt(party, 'PartyName', 'FullName');
      return reference === null || fullName === null ? [] : [[reference, fullName] as const];
    }),
  );
}

function billingOf(
  element: XmlElement,
  parties: ReadonlyMap<string, string>,
): { readonly artists: readonly string[]; readonly credits: readonly Credit[]; readonly unknown: string | null } {
  const main: string[] = [];
  const featured: string[] = [];
  const credits: Credit[] = [];
  let unknown: string | null = null;
  const bySequence = childrenOf(element, 'DisplayArtist').toSorted(
    (a, b) => Number(a.attributes['SequenceNumber'] ?? 0) - Number(b.attributes['SequenceNumber'] ?? 0),
  );
  for (const artist of bySequence) {
    const reference = textAt(artist, 'ArtistPartyReference');
    const artistName = plainText(
      reference === null ? textAt(artist, 'PartyName', 'FullName') : (parties.get(reference) ?? null),
    );
    if (artistName === null) {
      unknown = reference;
      continue;
    }
    const role = textAt(artist, 'DisplayArtistRole') ?? 'MainArtist';
    const normal = roleOf(role) ?? role;
    if (normal === 'MainArtist') main.push(artistName);
    else if (normal === 'FeaturedArtist') featured.push(artistName);
    else credits.push({ name: artistName, role: normal });
  }
  for (const contributor of childrenOf(element, 'Contributor')) {
    const party = textAt(contributor, 'ContributorPartyReference');
    const contributorName = plainText(
      party === null ? textAt(contributor, 'PartyName', 'FullName') : (parties.get(party) ?? null),
    );
    if (contributorName === null) continue;
    for (const role of childrenOf(contributor, 'Role'))
      credits.push({ name: contributorName, role: (roleOf(role.text) ?? role.text).slice(0, 100) });
  }
  const shown = plainText(defaultOf(childrenOf(element, 'DisplayArtistName'))?.text);
  // Nobody in the main role: whoever is shown (an orchestra, a conductor) is who people know it by.
  const billed =
    main.length > 0
      ? [...main, ...featured]
      : shown !== null
        ? [shown]
        : [...featured, ...credits.map((each) => each.name)];
  return { artists: [...new Set(billed)].slice(0, 100), credits: credits.slice(0, 200), unknown };
}

/** The file of the whole recording, relative to the delivery's folder. Clips are passed over. */
function audioOf(
  name: string,
  holders: readonly XmlElement[],
): { readonly file: string | null; readonly remark: string | null } {
  const details = holders.flatMap((holder) => childrenOf(holder, 'TechnicalDetails'));
  const whole = details.filter(
    (each) =>
      !['IsClip', 'IsPreview'].some((flag) => /^(?:true|1)$/.test(textAt(each, flag) ?? '')) &&
      childOf(each, 'ClipDetails') === null,
  );
  const uris = whole.flatMap((each) =>
    descendantsOf(each, 'File').map((file) => {
      const uri = textAt(file, 'URI');
      const parts = [textAt(file, 'FilePath'), textAt(file, 'FileName')].filter((part) => part !== null);
      return uri ?? (parts.length === 0 ? null : parts.join('/').replaceAll(/\/{2,}/g, '/'));
    }),
  );
  const uri = plainText(uris.find((each) => each !== null));
  if (uri === null) return { file: null, remark: null };
  let path = uri;
  try {
    path = decodeURIComponent(uri);
  } catch {
    // A name with a lone % in it is a name.
  }
  const folder = name.includes('/') ? name.slice(0, name.lastIndexOf('/') + 1) : '';
  // "./resources/a.wav" and "resources/a.wav" are one file.
  const file = `${folder}${path.replace(/^(?:\.\/)+/, '')}`;
  if (/^(?:[/\\]|[a-z]:|[a-z][a-z0-9+.-]*:\/\/)/i.test(path) || file.split(/[/\\]/).includes('..'))
    return { file: null, remark: `its audio "${uri.slice(0, 200)}" lies outside of the delivery and is left out` };
  return { file, remark: null };
}
