// The outside services: which are on, how they stand, what they were asked and what that cost; and one harmless call to try a key.

import { encodeWav } from '../../audio/wav.ts';
import { readSpend, readStandings, type ProviderSpend, type ProviderStanding } from '../../store/providers/limits.ts';
import { requestPriorities } from '../../domain/asking.ts';
import { catalogueNames, recogniserNames, type ProviderName } from '../../domain/providers.ts';
import type { Config } from '../../platform/config/index.ts';
import { previewsFrom } from '../../providers/desk.ts';
import { ProviderError, type ProviderErrorKind, type Sample } from '../../providers/provider.ts';
import { credentialOf, termsOf } from '../../providers/terms.ts';
import { expectWords, type Call, type Command } from '../command.ts';
import { Failed, Misuse } from '../../domain/failures.ts';
import { withDatabase } from '../../app/connection.ts';
import { openProviders } from '../../app/providers.ts';
import { table } from '../terminal.ts';

const names: readonly ProviderName[] = [...catalogueNames, ...recogniserNames];

export const providers: Command = {
  name: 'providers',
  summary:
    'Show the outside services: on or off, limits, spend, pauses, last error. "providers test NAME" makes one call.',
  words: '[test NAME]',
  options: {},
  notes: [
    `NAME is one of ${names.join(', ')}.`,
    'None is needed. A service is switched on by its settings ("fermata config"), which the workers read when they start.',
    '"test" makes one harmless call with the settings of this shell: a search, or five seconds of a tone for a recogniser. It keeps the',
    'limit and counts in the budget like any other call; a recogniser may charge for it.',
    'With --json: [{"name","on","why","previews","state","paused_until","paused_why","limit":{"calls","window_ms","used"},"today":{"calls","money"},',
    '"budget":{"calls","money"},"last_error","last_error_at","last_ok_at"}]; test: {"name","ok","ms","found","error"}.',
  ].join('\n'),
  examples: ['fermata providers', 'fermata providers --json', 'fermata providers test deezer'],
  async run(call) {
    if (call.words[0] === 'test') {
      const [, name] = expectWords(call, 'test', 'NAME') as [string, string];
      return test(call, providerName(name));
    }
    if (call.words.length > 0) throw new Misuse(`"${call.words[0]}" is not something to do with providers; "test" is`);
    return withDatabase(call.config, async ({ database }) => {
      const desk = openProviders(call.config, database);
      const rows = rowsOf(call.config, desk, await readStandings(database), await readSpend(database));
      call.terminal.out(call.json ? JSON.stringify(rows) : asTable(rows));
      return 0;
    });
  },
};

function providerName(typed: string): ProviderName {
  const name = names.find((one) => one === typed.toLowerCase());
  if (name === undefined) throw new Misuse(`there is no service "${typed}"; there are ${names.join(', ')}`);
  return name;
}

interface Row {
  readonly name: ProviderName;
  readonly on: boolean;
  /** Why it is off. */
  readonly why: string | null;
  /** Whether its previews are listened to where there is no other audio of a recording. */
  readonly previews: boolean;
  readonly state: 'off' | ProviderStanding['state'];
  readonly paused_until: string | null;
  readonly paused_why: string | null;
  readonly limit: { readonly calls: number; readonly window_ms: number; readonly used: number };
  readonly today: { readonly calls: number; readonly money: number };
  readonly budget: { readonly calls: number | null; readonly money: number | null };
  readonly last_error: string | null;
  readonly last_error_at: string | null;
  readonly last_ok_at: string | null;
}

function rowsOf(
  config: Config,
  desk: ReturnType<typeof openProviders>,
  standings: readonly ProviderStanding[],
  spends: readonly ProviderSpend[],
): Row[] {
  const hearable = previewsFrom(desk)?.client.name;
  return desk.states.map((state) => {
    const { name } = state;
    const credential = credentialOf(config, name);
    // That of the settings in this shell; else the one that was used last.
    const standing =
      standings.find((one) => one.credential === credential) ?? standings.find((one) => one.provider === name);
    const spend = spends.find((one) => one.provider === name);
    const terms = termsOf(config, name);
    const paused = state.on && standing?.state !== 'open';
    return {
      name,
      on: state.on,
      why: state.on ? null : state.why,
      previews: name === hearable,
      state: state.on ? (standing?.state ?? 'open') : 'off',
      paused_until: paused ? (standing?.pausedUntil?.toISOString() ?? null) : null,
      paused_why: paused ? (standing?.pausedWhy ?? null) : null,
      limit: { calls: terms.calls, window_ms: terms.windowMs, used: standing?.used ?? 0 },
      today: { calls: spend?.calls ?? 0, money: spend?.money ?? 0 },
      budget: { calls: terms.callsPerDay, money: terms.moneyPerDay },
      last_error: standing?.lastError ?? null,
      last_error_at: standing?.lastErrorAt?.toISOString() ?? null,
      last_ok_at: standing?.lastOkAt?.toISOString() ?? null,
    };
  });
}

function asTable(rows: readonly Row[]): string {
  const of = (spent: number, budget: number | null): string => (budget === null ? `${spent}` : `${spent} of ${budget}`);
  return table(
    ['service', 'state', 'now', 'calls today', 'spent today', 'last error or why it is off'],
    rows.map((row) => [
      row.previews ? `${row.name} and its previews` : row.name,
      row.state === 'paused' ? `paused until ${minute(row.paused_until)}` : row.state,
      row.on ? `${row.limit.used} of ${row.limit.calls} in ${row.limit.window_ms / 1000} s` : '–',
      of(row.today.calls, row.budget.calls),
      row.today.money === 0 && row.budget.money === null ? '–' : of(row.today.money, row.budget.money),
      row.why ?? (row.last_error === null ? '–' : `${minute(row.last_error_at)} ${row.last_error}`),
    ]),
  );
}

const minute = (at: string | null): string => (at === null ? '' : at.slice(0, 16).replace('T', ' '));

async function test(call: Call, name: ProviderName): Promise<number> {
  return withDatabase(call.config, async ({ database }) => {
    const desk = openProviders(call.config, database);
    const state = desk.states.find((one) => one.name === name);
    if (state?.on !== true)
      throw new Failed(`${name} is off: ${state?.on === false ? state.why : 'there is no client for it'}`);
    const startedMs = performance.now();
    try {
      const found = (await desk.limits.ask(name, requestPriorities.indexOf('urgent'), () => harmlessCall(desk, name)))
        .value;
      const ms = Math.round(performance.now() - startedMs);
      if (call.json) call.terminal.out(JSON.stringify({ name, ok: true, ms, found, error: null }));
      else call.terminal.out(`${name} answers (${ms} ms): ${found === 0 ? 'nothing found' : `${found} found`}`);
      return 0;
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      if (call.json) {
        const ms = Math.round(performance.now() - startedMs);
        call.terminal.out(JSON.stringify({ name, ok: false, ms, found: 0, error: error.message }));
      }
      const until = error.untilMs === null ? '' : `; again at ${minute(new Date(error.untilMs).toISOString())} UTC`;
      throw new Failed(`${error.message}${until}`, fixes[error.kind]);
    }
  });
}

const fixes: Readonly<Record<ProviderErrorKind, string | null>> = {
  rate_limited: 'wait, or raise FERMATA_PROVIDER_LIMITS if your plan allows more',
  quota_exhausted: 'wait for the next day (UTC), or raise the budget or the plan',
  unavailable: 'try again later; sounds that need it wait by themselves',
  credentials_rejected: 'correct the key in the settings ("fermata config" names them), then start the workers again',
  malformed: 'what answers is not this service as we know it: look at FERMATA_PROVIDER_URLS, or report it',
  refused: null,
};

/** One question that any key may ask. @returns how many recordings came back. */
async function harmlessCall(desk: ReturnType<typeof openProviders>, name: ProviderName): Promise<number> {
  const signal = AbortSignal.timeout(60_000);
  const catalogue = desk.catalogues.find((one) => one.name === name);
  if (catalogue !== undefined)
    return (await catalogue.search({ title: 'Clair de lune', artist: null, limit: 1 }, signal)).value.length;
  const recogniser = desk.recognisers.find((one) => one.name === name)!;
  return (await recogniser.identify(tone(), signal)).value.length;
}

/** Five seconds of a chord: something to hear, and nothing to find. */
function tone(): Sample {
  const [rateHz, seconds] = [8000, 5];
  const chord = (_: number, i: number): number =>
    [220, 277.2, 329.6].reduce((sum, hz) => sum + Math.sin((2 * Math.PI * hz * i) / rateHz), 0) / 6;
  const wav = encodeWav(new Float32Array(rateHz * seconds).map(chord), rateHz);
  return { wav, durationMs: seconds * 1000, fullDurationMs: seconds * 1000 };
}
