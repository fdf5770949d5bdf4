// Asks the catalogue services that are on about everything that is expected: codes and titles that people handed in, and recordings that
// are about to come out. What they know enters the catalogue and wakes who waited for it.

import { noteChecked, subjectsDue, type ServiceSubject } from '../../store/providers/checks.ts';
import { lookupKey, type Lookup } from '../../matching/lookups.ts';
import { relate } from '../../matching/metadata/relations.ts';
import {
  ProviderError,
  type Answered,
  type CatalogueProvider,
  type ServiceRecording,
} from '../../providers/provider.ts';
import type { ProviderDesk } from '../../providers/desk.ts';
import { namesCodes } from './askCatalogue.ts';
import { recordingsColumn } from './answers.ts';
import { askOnce } from './askProvider.ts';
import type { Needs } from '../needs.ts';
import type { Task } from '../task.ts';
import { recordingOf, takeEntries } from './takeEntries.ts';

export interface CheckServicesInput {
  /** Questions to each service at most; the rest is asked the next time. */
  readonly limit: number;
  /** How often around a release date, milliseconds. */
  readonly denseMs: number;
}

export interface CheckedServices {
  readonly asked: number;
  readonly added: number;
  /** Services in trouble, with what they said; they are asked again the next time. */
  readonly troubles: readonly string[];
}

/** Safe to repeat: what was asked is noted one by one. */
export async function checkServices(
  deps: Needs<'database' | 'providers'>,
  input: CheckServicesInput,
  { signal, beat }: Task,
): Promise<CheckedServices> {
  let [asked, added] = [0, 0];
  const troubles: string[] = [];
  const desk = deps.providers;
  for (const provider of desk?.catalogues ?? []) {
    const due = await subjectsDue(deps.database, provider.name, desk!.now(), input.denseMs, input.limit);
    for (const subject of due) {
      signal.throwIfAborted();
      beat(subject.subject);
      try {
        const news = await check(deps, desk!, provider, subject, signal);
        if (news !== null) asked += 1;
        added += news ?? 0;
        await noteChecked(deps.database, provider.name, subject.subject, desk!.now(), {
          isNews: (news ?? 0) > 0,
          problem: null,
        });
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        // A question that it will never take is put aside like one without an answer; any other trouble is the service's own.
        if (error.kind === 'refused')
          await noteChecked(deps.database, provider.name, subject.subject, desk!.now(), {
            isNews: false,
            problem: error.message,
          });
        else {
          troubles.push(error.message);
          break;
        }
      }
    }
  }
  return { asked, added, troubles };
}

/** Found at most; more entries for one title are other people's. */
const searchLimit = 10;
/** A search that names no codes is followed by this many look-ups of what it found. */
const mostDetails = 3;

/** @returns how many recordings are new, null when the service cannot be asked about that. */
async function check(
  deps: Needs<'database'>,
  desk: ProviderDesk,
  provider: CatalogueProvider,
  subject: ServiceSubject,
  signal: AbortSignal,
): Promise<number | null> {
  const lookup: Lookup =
    subject.isrc === null
      ? { kind: 'search', title: subject.title, artist: subject.artists[0] ?? null }
      : { kind: 'isrc', isrc: subject.isrc };
  let isPossible = true;
  let rawHash = '';
  const ask = async (
    asked: Lookup,
    // Called when its turn has come, not before.
    request: () => Promise<Answered<readonly ServiceRecording[]>> | null,
  ): Promise<readonly ServiceRecording[]> => {
    const asking = {
      provider: provider.name,
      query: lookupKey(asked),
      priority: 'backlog',
      paid: desk.isPaid(provider.name),
      fresh: true,
    } as const;
    const answered = await askOnce({ ...desk, database: deps.database }, asking, recordingsColumn, () => {
      const sent = request();
      isPossible = sent !== null;
      return sent ?? Promise.resolve({ value: [], rawHash: '', atMs: desk.now() });
    });
    rawHash = answered.rawHash;
    return answered.value;
  };
  let meant: readonly ServiceRecording[];
  if (lookup.kind === 'isrc') meant = await ask(lookup, () => provider.byIsrc(lookup.isrc, signal));
  else {
    const query = { title: subject.title, artist: subject.artists[0] ?? null, limit: searchLimit };
    const found = (await ask(lookup, () => provider.search(query, signal))).filter((entry) => isMeant(entry, subject));
    const whole: ServiceRecording[] = [];
    for (const entry of found) {
      // A search that names no codes: the entry itself does.
      const needsMore = entry.isrc === null && namesCodes.has(provider.name) && whole.length < mostDetails;
      const details = needsMore
        ? await ask({ kind: 'id', id: entry.id }, async () => {
            const { value, ...rest } = await provider.byId(entry.id, signal);
            return { ...rest, value: value === null ? [] : [value] };
          })
        : [];
      whole.push(details[0] ?? entry);
    }
    meant = whole;
  }
  // A service that cannot look up codes says so by null.
  if (!isPossible) return null;
  const { taken } = await takeEntries(deps, meant, rawHash, null);
  return taken.filter(({ added }) => added).length;
}

/** A search finds what is named alike by anybody; what is expected is one artist's. */
function isMeant(entry: ServiceRecording, subject: ServiceSubject): boolean {
  const { externalIds: _ids, ...found } = recordingOf(entry);
  const expected = {
    ...found,
    id: 'expected',
    title: subject.title,
    artists: subject.artists,
    version: null,
    isrc: null,
    aliases: [],
    durationMs: null,
  };
  return (
    relate({ ...found, isrc: null, durationMs: null }, expected, { externalId: false, sameFile: false }).kind === 'edge'
  );
}
