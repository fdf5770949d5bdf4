// DDEX messages in many variants: what a test says, and everything else that a message needs around it.

export interface GivenTrack {
  readonly isrc: string | null;
  readonly title: string;
  readonly subtitle?: string;
  readonly artists?: readonly string[];
  readonly duration?: string;
  readonly uri?: string;
}

export interface GivenDeal {
  readonly territories?: readonly string[];
  readonly excluded?: readonly string[];
  readonly start?: string | null;
  readonly end?: string;
  /** Any further terms, as XML. */
  readonly more?: string;
}

export interface GivenMessage {
  readonly namespace?: string;
  readonly root?: string;
  readonly id?: string;
  readonly created?: string;
  readonly sender?: string;
  readonly control?: string;
  readonly icpn?: string;
  readonly title?: string;
  readonly tracks: readonly GivenTrack[];
  readonly deals: readonly GivenDeal[];
  /** Resource references that the release names beyond its tracks. */
  readonly alsoRefersTo?: readonly string[];
  /** In front of the root. */
  readonly prologue?: string;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const timeOf = (edge: 'Start' | 'End', text: string): string =>
  text.length === 10 ? `<${edge}Date>${text}</${edge}Date>` : `<${edge}DateTime>${text}</${edge}DateTime>`;

function dealXml({
  territories = ['Worldwide'],
  excluded = [],
  start = '2026-12-11',
  end,
  more = '',
}: GivenDeal): string {
  return [
    '<Deal><DealTerms>',
    ...territories.map((code) => `<TerritoryCode>${code}</TerritoryCode>`),
    ...excluded.map((code) => `<ExcludedTerritoryCode>${code}</ExcludedTerritoryCode>`),
    `<ValidityPeriod>${start === null ? '' : timeOf('Start', start)}${end === undefined ? '' : timeOf('End', end)}</ValidityPeriod>`,
    '<CommercialModelType>SubscriptionModel</CommercialModelType><UseType>OnDemandStream</UseType>',
    more,
    '</DealTerms></Deal>',
  ].join('');
}

function headerXml(given: Pick<GivenMessage, 'id' | 'sender' | 'created' | 'control'>): string {
  const {
    id = 'M-1',
    sender = 'PADPIDA0000000001X',
    created = '2026-11-01T00:00:00Z',
    control = 'LiveMessage',
  } = given;
  return `<MessageHeader><MessageId>${id}</MessageId><MessageSender><PartyId>${sender}</PartyId></MessageSender><MessageCreatedDateTime>${created}</MessageCreatedDateTime><MessageControlType>${control}</MessageControlType></MessageHeader>`;
}

export function ernMessage(given: GivenMessage): string {
  const { namespace = 'http://ddex.net/xml/ern/43', root = 'NewReleaseMessage', icpn = '0036000291452' } = given;
  const artists = [...new Set(given.tracks.flatMap((track) => track.artists ?? ['Ines Varga']))];
  const tracks = given.tracks.map(
    ({ isrc, title, subtitle, artists: billed = ['Ines Varga'], duration = 'PT3M', uri }, i) => `
    <SoundRecording>
      <ResourceReference>A${i + 1}</ResourceReference><Type>MusicalWorkSoundRecording</Type>
      <SoundRecordingEdition>
        ${isrc === null ? '' : `<ResourceId><ISRC>${isrc}</ISRC></ResourceId>`}
        ${uri === undefined ? '' : `<TechnicalDetails><DeliveryFile><File><URI>${escape(uri)}</URI></File></DeliveryFile></TechnicalDetails>`}
      </SoundRecordingEdition>
      <DisplayTitleText>${escape(subtitle === undefined ? title : `${title} (${subtitle})`)}</DisplayTitleText>
      <DisplayTitle><TitleText>${escape(title)}</TitleText>${subtitle === undefined ? '' : `<SubTitle>${escape(subtitle)}</SubTitle>`}</DisplayTitle>
      ${billed.map((name, n) => `<DisplayArtist SequenceNumber="${n + 1}"><ArtistPartyReference>P${artists.indexOf(name) + 1}</ArtistPartyReference><DisplayArtistRole>MainArtist</DisplayArtistRole></DisplayArtist>`).join('')}
      <Duration>${duration}</Duration>
    </SoundRecording>`,
  );
  const references = [...given.tracks.map((_, i) => `A${i + 1}`), ...(given.alsoRefersTo ?? [])];
  return `<?xml version="1.0" encoding="UTF-8"?>${given.prologue ?? ''}
<ern:${root} xmlns:ern="${namespace}">
  ${headerXml(given)}
  <PartyList>${artists.map((name, i) => `<Party><PartyReference>P${i + 1}</PartyReference><PartyName><FullName>${escape(name)}</FullName></PartyName></Party>`).join('')}</PartyList>
  <ResourceList>${tracks.join('')}
  </ResourceList>
  <ReleaseList><Release>
    <ReleaseReference>R0</ReleaseReference><ReleaseId><ICPN>${icpn}</ICPN></ReleaseId>
    <DisplayTitleText>${escape(given.title ?? given.tracks[0]?.title ?? 'Untitled')}</DisplayTitleText>
    <ResourceGroup>${references.map((reference) => `<ResourceGroupContentItem><ReleaseResourceReference>${reference}</ReleaseResourceReference></ResourceGroupContentItem>`).join('')}</ResourceGroup>
  </Release></ReleaseList>
  <DealList><ReleaseDeal><DealReleaseReference>R0</DealReleaseReference>${given.deals.map(dealXml).join('')}</ReleaseDeal></DealList>
</ern:${root}>
`;
}

export function purgeMessage(given: Pick<GivenMessage, 'id' | 'created' | 'sender' | 'icpn'>): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<ern:PurgeReleaseMessage xmlns:ern="http://ddex.net/xml/ern/43">${headerXml(given)}
  <PurgedRelease><ReleaseId><ICPN>${given.icpn ?? '0036000291452'}</ICPN></ReleaseId></PurgedRelease>
</ern:PurgeReleaseMessage>`;
}
