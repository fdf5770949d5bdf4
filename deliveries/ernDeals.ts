// Deals of an ERN message as release moments: where, for what, from when until when.
//
// A deal that contradicts itself is left out with its place and the reason; the others count. What DDEX calls ambiguous (a deal without a
// start) is left out too: taking it for "since ever" would publish what nobody released.

import { isForEver, whyNoDay } from '../domain/day.ts';
import {
  endMs,
  isMomentText,
  normaliseTerritory,
  startMs,
  worldwide,
  type MomentUse,
  type ReleaseMoment,
} from '../domain/release.ts';
import { childOf, childrenOf, textAt, type XmlElement } from './xml.ts';

export interface Deals {
  /** By the release reference that they are for. */
  readonly byRelease: ReadonlyMap<string, ReleaseDeals>;
  /** Deals that cannot be taken. */
  readonly refused: readonly { readonly element: XmlElement; readonly reason: string }[];
}

export interface ReleaseDeals {
  readonly moments: readonly ReleaseMoment[];
  /** Recordings that may be heard as soon as they are ordered, by resource reference. */
  readonly instant: ReadonlyMap<string, readonly ReleaseMoment[]>;
  readonly remarks: readonly string[];
  /** Deals given, and of those the ones that could not be taken. */
  readonly given: number;
  readonly refused: number;
}

interface ReleaseDraft {
  moments: ReleaseMoment[];
  instant: Map<string, ReleaseMoment[]>;
  remarks: Set<string>;
  given: number;
  refused: number;
}

export function readDeals(message: XmlElement): Deals {
  const list = childOf(message, 'DealList');
  const visibility = new Map(
    ['ReleaseVisibility', 'TrackReleaseVisibility'].flatMap((name) =>
      childrenOf(list, name).map((each) => [textAt(each, 'VisibilityReference') ?? '', each] as const),
    ),
  );
  const byRelease = new Map<string, ReleaseDraft>();
  const refused: { element: XmlElement; reason: string }[] = [];
  for (const releaseDeal of childrenOf(list, 'ReleaseDeal')) {
    const references = childrenOf(releaseDeal, 'DealReleaseReference').map((each) => each.text);
    const drafts = references.map((reference) => {
      const draft: ReleaseDraft = byRelease.get(reference) ?? {
        moments: [],
        instant: new Map(),
        remarks: new Set(),
        given: 0,
        refused: 0,
      };
      byRelease.set(reference, draft);
      return draft;
    });
    for (const deal of childrenOf(releaseDeal, 'Deal')) {
      const read = readDeal(deal, visibility);
      if (typeof read === 'string') refused.push({ element: deal, reason: read });
      for (const draft of drafts) {
        draft.given += 1;
        if (typeof read === 'string') draft.refused += 1;
        else {
          draft.moments.push(...read.moments);
          for (const resource of read.instant)
            draft.instant.set(resource, [...(draft.instant.get(resource) ?? []), ...read.ordered]);
          for (const remark of read.remarks) draft.remarks.add(remark);
        }
      }
    }
  }
  return {
    byRelease: new Map(
      [...byRelease].map(([reference, draft]) => [reference, { ...draft, remarks: [...draft.remarks] }] as const),
    ),
    refused,
  };
}

interface ReadDeal {
  readonly moments: readonly ReleaseMoment[];
  readonly instant: readonly string[];
  /** What an instantly heard recording gets: the pre-order's periods, as a release. */
  readonly ordered: readonly ReleaseMoment[];
  readonly remarks: readonly string[];
}

/** Clips that people put under their own videos; the recording as a whole is not out with them. */
const clipUses = new Set(['UserMakeAvailableLabelProvided', 'UserMakeAvailableUserProvided', 'ClipPreview']);

function readDeal(deal: XmlElement, visibility: ReadonlyMap<string, XmlElement>): ReadDeal | string {
  const terms = childOf(deal, 'DealTerms');
  if (terms === null) return 'the deal has no terms';
  const where = readWhere(terms);
  if (typeof where === 'string') return where;
  const periods = childrenOf(terms, 'ValidityPeriod').map(readPeriod);
  const wrong = periods.find((period) => typeof period === 'string');
  if (wrong !== undefined) return wrong as string;
  if (periods.length === 0) return 'the deal has no ValidityPeriod: nothing says when it begins';
  const place = { territories: where.territories, excluded: where.excluded };
  const remarks = [...where.remarks];
  const spans = periods as Period[];
  const models = childrenOf(terms, 'CommercialModelType').map((each) => each.text);
  // Who may claim money from other people's uploads says nothing about when the recording is out.
  const isClaim = models.length > 0 && models.every((model) => model === 'RightsClaimModel');
  const uses = [...childrenOf(terms, 'UseType'), ...childrenOf(childOf(terms, 'Usage'), 'UseType')].map(
    (each) => each.text,
  );
  const use: MomentUse = isTrue(terms, 'IsPreOrderDeal')
    ? 'pre_order'
    : uses.length > 0 && uses.every((each) => clipUses.has(each))
      ? 'preview'
      : 'release';
  const moments: ReleaseMoment[] = isClaim ? [] : spans.map((span) => ({ use, ...place, ...span }));
  for (const moment of moments) {
    const ends = endMs(moment);
    if (ends !== null && ends <= startMs(moment))
      return `the deal ends (${moment.until}) before it begins (${moment.from})`;
  }
  const preview = readPreview(terms, visibility);
  if (typeof preview === 'string') return preview;
  if (preview.from !== null) moments.push({ use: 'preview', ...place, from: preview.from, until: null });
  if (preview.remark !== null) remarks.push(preview.remark);
  const instant = childrenOf(childOf(terms, 'InstantGratificationResourceList'), 'DealResourceReference').map(
    (each) => each.text,
  );
  return {
    moments,
    instant,
    ordered: spans.map((span) => ({ use: 'release', ...place, ...span, until: null })),
    remarks,
  };
}

const isTrue = (element: XmlElement, name: string): boolean => /^(?:true|1)$/.test(textAt(element, name) ?? '');

interface Where {
  readonly territories: readonly string[];
  readonly excluded: readonly string[];
  readonly remarks: readonly string[];
}

function readWhere(terms: XmlElement): Where | string {
  const codes = (name: string): { known: string[]; unknown: string[] } => {
    const texts = childrenOf(terms, name).map((each) => each.text);
    return {
      known: [...new Set(texts.map(normaliseTerritory).filter((code) => code !== null))],
      unknown: texts.filter((text) => normaliseTerritory(text) === null),
    };
  };
  const included = codes('TerritoryCode');
  const excluded = codes('ExcludedTerritoryCode');
  // An exclusion that is not understood would let the release out where it must not be.
  if (excluded.unknown.length > 0) return `the excluded territory "${excluded.unknown[0]}" is not an ISO code`;
  if (included.known.length === 0 && included.unknown.length > 0)
    return `the territory "${included.unknown[0]}" is neither an ISO code nor Worldwide`;
  const everywhere = included.known.length === 0 || included.known.includes(worldwide);
  if (!everywhere && excluded.known.length > 0)
    return 'the deal names both territories and excluded territories: it may have one of the two';
  return {
    territories: everywhere ? [worldwide] : included.known,
    excluded: excluded.known,
    remarks: included.unknown.map((code) => `territory "${code}" is no ISO code and is left out`),
  };
}

interface Period {
  readonly from: string;
  readonly until: string | null;
}

function readPeriod(period: XmlElement): Period | string {
  const from = edgeOf(period, 'Start');
  if (typeof from !== 'string' && from !== null) return from.problem;
  if (from === null) return 'the deal has no start: nothing says when it begins';
  const until = edgeOf(period, 'End');
  if (typeof until !== 'string' && until !== null) return until.problem;
  // The last day belongs to the period.
  return { from, until: until !== null && until.length === 10 ? dayAfter(until) : until };
}

function edgeOf(period: XmlElement, edge: 'Start' | 'End'): string | null | { readonly problem: string } {
  const given = [textAt(period, `${edge}Date`), textAt(period, `${edge}DateTime`)];
  const [day = null, time = null] = given.map((text) => (edge === 'End' && isForEver(text ?? '') ? null : text));
  for (const text of [day, time])
    if (text !== null && !isMomentText(text))
      return { problem: `the deal's ${edge.toLowerCase()} "${text.slice(0, 40)}" ${whyNoDay(text.slice(0, 10))}` };
  if (day !== null && time !== null && !time.startsWith(day.slice(0, 10)))
    return { problem: `the deal has two ${edge.toLowerCase()}s that contradict each other: ${day} and ${time}` };
  return time ?? day;
}

const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

const previews = [
  'ReleaseDisplayStart',
  'TrackListingPreviewStart',
  'CoverArtPreviewStart',
  'ClipPreviewStart',
] as const;

/** When clips may be heard. DDEX wants all four preview dates or none; one alone is taken, and said. */
function readPreview(
  terms: XmlElement,
  visibility: ReadonlyMap<string, XmlElement>,
): { readonly from: string | null; readonly remark: string | null } | string {
  const shown = [
    terms,
    ...['ReleaseVisibilityReference', 'TrackReleaseVisibilityReference'].flatMap((name) => {
      const found = visibility.get(textAt(terms, name) ?? '');
      return found === undefined ? [] : [found];
    }),
  ];
  const given = new Map<string, string>();
  for (const element of shown)
    for (const name of previews) {
      const text = textAt(element, `${name}DateTime`) ?? textAt(element, `${name}Date`);
      if (text === null) continue;
      if (!isMomentText(text)) return `${name} "${text.slice(0, 40)}" ${whyNoDay(text.slice(0, 10))}`;
      given.set(name, text);
    }
  const absent = previews.filter((name) => !given.has(name));
  return {
    from: given.get('ClipPreviewStart') ?? null,
    remark:
      given.size === 0 || absent.length === 0
        ? null
        : `of the preview dates ${absent.join(', ')} ${absent.length === 1 ? 'is' : 'are'} missing: if one is sent, all are needed`,
  };
}
