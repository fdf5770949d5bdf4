// The tables `provider_limits`, `provider_permits` and `provider_spend`: how often and for how much each outside service may be asked,
// counted for all workers together. The rules are in migrations/000005_permits.sql, where they run under one row's lock.

import type { PermitAnswer, PermitNote, PermitRequest } from '../../domain/permits.ts';
import type { ProviderName } from '../../domain/providers.ts';
import type { Queryable } from '../database.ts';

/** What a service and our own settings allow. */
export interface ProviderTerms {
  /** At most this many requests … */
  readonly calls: number;
  /** … in any stretch of time this long. */
  readonly windowMs: number;
  /** In whatever currency the budget is given. */
  readonly pricePerCall: number;
  /** Null: as many as the window allows. */
  readonly callsPerDay: number | null;
  readonly moneyPerDay: number | null;
}

export interface Taking extends PermitRequest {
  readonly credential: string;
  readonly terms: ProviderTerms;
}

/** A permit is held back this share of the window: answers that much later than the quickest cost nothing. */
const guardShare = 0.03;
/** What was sent and is still unanswered after this has reached the service by now, or never will. */
export const arrivalMs = 5_000;
/** Permits are given this far ahead, so that one round trip serves several requests. */
const horizonMs = 500;
/** A request that cannot leave within this is not waited for. */
export const patienceMs = 2_000;

/** Takes permits, reports ended ones. `simulatedMs` stands for the database's clock in tests. */
export async function takePermits(
  client: Queryable,
  taking: Taking,
  simulatedMs: number | null = null,
): Promise<PermitAnswer> {
  const { terms } = taking;
  const { rows } = await client.query<{ taken: PermitAnswer }>(
    `select take_permits($1, $2, $3, $4, $5, $6, $7, $8, $9) as taken`,
    [
      taking.credential,
      taking.provider,
      JSON.stringify({
        calls: terms.calls,
        window_ms: terms.windowMs,
        guard_ms: terms.windowMs * guardShare,
        arrival_ms: arrivalMs,
        // An instant that is promised cannot move when an answer comes late: not more than a quarter of the window ahead.
        horizon_ms: Math.min(horizonMs, terms.windowMs / 4),
        patience_ms: patienceMs,
        price: terms.pricePerCall,
        most_calls: terms.callsPerDay,
        most_money: terms.moneyPerDay,
      }),
      taking.worker,
      taking.asker,
      taking.wanted,
      taking.leaving,
      JSON.stringify(taking.ended),
      simulatedMs,
    ],
  );
  return rows[0]!.taken;
}

/**
 * Somebody who was told to come back later has found an answer elsewhere: the line of each of these services is shorter by that place (as long as
 * `take_permits` made it), and who comes next is told an earlier time. Pauses and spent budgets have no line.
 */
export async function leaveLines(client: Queryable, providers: readonly ProviderName[]): Promise<void> {
  if (providers.length === 0) return;
  await client.query(
    `update provider_limits set tail_ms = tail_ms - 0.6 * window_ms / calls
      where provider = any($1) and paused_until_ms is null and tail_ms > epoch_ms()`,
    [providers],
  );
}

export interface ProviderNote extends PermitNote {
  readonly credential: string;
}

/** Takes note of how a question went; pauses the service when it should not be asked for a while. @returns for how long, null when not. */
export async function noteProvider(
  client: Queryable,
  note: ProviderNote,
  simulatedMs: number | null = null,
): Promise<number | null> {
  const { rows } = await client.query<{ paused: number | null }>(
    `select note_provider($1, $2, $3, $4, $5, $6, $7) as paused`,
    [note.credential, note.provider, note.asker, note.kind, note.message, note.inMs, simulatedMs],
  );
  return rows[0]!.paused;
}

/** How a service stands, for people. */
export interface ProviderStanding {
  readonly credential: string;
  readonly provider: ProviderName;
  readonly state: 'open' | 'paused' | 'half-open';
  readonly pausedUntil: Date | null;
  readonly pausedWhy: string | null;
  readonly lastError: string | null;
  readonly lastErrorAt: Date | null;
  readonly lastOkAt: Date | null;
  readonly calls: number;
  readonly windowMs: number;
  /** Permits that count in the window that ends now. */
  readonly used: number;
}

/** One row for each credential that was ever used, the one used last first. */
export async function readStandings(client: Queryable): Promise<ProviderStanding[]> {
  const { rows } = await client.query<ProviderStanding>(
    `select credential, provider,
            case when paused_until_ms is null then 'open' when paused_until_ms > epoch_ms() then 'paused' else 'half-open' end as state,
            to_timestamp(paused_until_ms / 1000) as "pausedUntil", paused_why as "pausedWhy",
            last_error as "lastError", to_timestamp(last_error_ms / 1000) as "lastErrorAt", to_timestamp(last_ok_ms / 1000) as "lastOkAt",
            calls, window_ms as "windowMs",
            (select count(*)::integer from provider_permits p where p.credential = l.credential
                and p.at_ms > epoch_ms() - l.window_ms and p.at_ms <= epoch_ms()) as used
       from provider_limits l order by provider, greatest(last_ok_ms, last_error_ms) desc nulls last`,
  );
  return rows;
}

export interface ProviderSpend {
  readonly provider: ProviderName;
  readonly calls: number;
  readonly money: number;
}

/** What was reserved today (UTC). */
export async function readSpend(client: Queryable): Promise<ProviderSpend[]> {
  const { rows } = await client.query<ProviderSpend>(
    `select provider, calls, money::double precision as money from provider_spend
      where day = (clock_timestamp() at time zone 'UTC')::date order by provider`,
  );
  return rows;
}
