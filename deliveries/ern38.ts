// DDEX ERN 3.7 and 3.8 in the words of 4: names stand in each recording instead of a list of parties, titles and artists under the territory that they
// are for, tracks' releases among the others. Rewritten as a tree, so that both versions have one reader. Places stay those of the message.
//
// Source: the release notification schema 3.8.2 (ddex.net/xml/ern/382). Of several territories the worldwide one is read, else the first.

import { childOf, childrenOf, textAt, type XmlElement } from './xml.ts';

/** A message of 3.7 or 3.8 as one of 4. */
export const inWordsOf4 = (message: XmlElement): XmlElement =>
  withChildren(
    message,
    message.children.map((part) => {
      switch (part.name) {
        case 'ResourceList':
          return withChildren(
            part,
            part.children.map((each) => (each.name === 'SoundRecording' ? recordingOf(each) : each)),
          );
        case 'ReleaseList':
          return withChildren(part, childrenOf(part, 'Release').map(releaseOf));
        case 'DealList':
          return withChildren(part, part.children.map(releaseDealOf));
        default:
          return part;
      }
    }),
  );

const withChildren = (element: XmlElement, children: readonly XmlElement[]): XmlElement => ({ ...element, children });
const named = (element: XmlElement, name: string): XmlElement => ({ ...element, name });

/** The details that hold everywhere, or those given first. */
function detailsOf(element: XmlElement, name: string): XmlElement | null {
  const all = childrenOf(element, name);
  return all.find((each) => textAt(each, 'TerritoryCode') === 'Worldwide') ?? all[0] ?? null;
}

/** `DisplayTitle`, `FormalTitle`, `AdditionalTitle`; the reference title is shown where no other is. */
function titlesOf(element: XmlElement, details: XmlElement | null): XmlElement[] {
  const given = childrenOf(details, 'Title').map((title) => {
    const type = title.attributes['TitleType'] ?? 'DisplayTitle';
    return named(title, ['DisplayTitle', 'FormalTitle'].includes(type) ? type : 'AdditionalTitle');
  });
  const isShown = given.some(({ name }) => name === 'DisplayTitle');
  const reference = childrenOf(element, 'ReferenceTitle').map((title) =>
    named(title, isShown ? 'AdditionalTitle' : 'DisplayTitle'),
  );
  return [...given, ...reference];
}

function recordingOf(element: XmlElement): XmlElement {
  const details = detailsOf(element, 'SoundRecordingDetailsByTerritory');
  const contributors = ['ResourceContributor', 'IndirectResourceContributor'].flatMap((name) =>
    childrenOf(details, name).map((each) =>
      named(
        withChildren(
          each,
          each.children.map((child) => (child.name === `${name}Role` ? named(child, 'Role') : child)),
        ),
        'Contributor',
      ),
    ),
  );
  return withChildren(element, [
    ...childrenOf(element, 'ResourceReference'),
    ...childrenOf(element, 'SoundRecordingId').map((each) => named(each, 'ResourceId')),
    ...childrenOf(element, 'Duration'),
    ...titlesOf(element, details),
    ...artistsOf(details),
    ...contributors,
    ...childrenOf(details, 'TechnicalSoundRecordingDetails').map(technicalOf),
  ]);
}

const artistsOf = (details: XmlElement | null): XmlElement[] => [
  ...childrenOf(details, 'DisplayArtistName'),
  ...childrenOf(details, 'DisplayArtist').map((artist) =>
    withChildren(
      artist,
      artist.children.map((child) => (child.name === 'ArtistRole' ? named(child, 'DisplayArtistRole') : child)),
    ),
  ),
];

const technicalOf = (details: XmlElement): XmlElement =>
  named(
    withChildren(
      details,
      details.children.map((each) =>
        each.name === 'File'
          ? withChildren(
              each,
              each.children.map((child) => (child.name === 'URL' ? named(child, 'URI') : child)),
            )
          : each,
      ),
    ),
    'TechnicalDetails',
  );

function releaseOf(element: XmlElement): XmlElement {
  const details = detailsOf(element, 'ReleaseDetailsByTerritory');
  const isTrack = childrenOf(element, 'ReleaseType').some(({ text }) => text === 'TrackRelease');
  const isMain = /^(?:true|1)$/.test(element.attributes['IsMainRelease'] ?? '');
  return named(
    withChildren(element, [
      ...['ReleaseId', 'ReleaseReference', 'ReleaseResourceReferenceList'].flatMap((name) => childrenOf(element, name)),
      ...titlesOf(element, details),
      ...childrenOf(details, 'LabelName'),
      ...childrenOf(details, 'ResourceGroup'),
    ]),
    isTrack && !isMain ? 'TrackRelease' : 'Release',
  );
}

/** 3.8 has no message that takes back: it is a deal that says `TakeDown`, and then there is none. */
const releaseDealOf = (element: XmlElement): XmlElement =>
  withChildren(
    element,
    element.children.filter(
      (each) => !(each.name === 'Deal' && textAt(childOf(each, 'DealTerms'), 'TakeDown') === 'true'),
    ),
  );
