// The life of a sound as a state machine: laws that hold for every order of events, and the table of what a person may say.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Link, ScoredCandidate, Verdict } from '../../domain/decision.ts';
import {
  apply,
  conclude,
  isPersonsWord,
  isSettled,
  refusal,
  soundStatuses,
  type Conclusion,
  type PersonDecision,
  type SoundEvent,
  type SoundLink,
  type SoundState,
  type SoundStatus,
} from '../../domain/sound.ts';

const recordings = fc.constantFrom('ZZTST2600001', 'ZZTST2600002', 'local:3');
const link = (recordingId: string, decidedBy: SoundLink['decidedBy']): SoundLink => ({
  recordingId,
  relation: 'same',
  speedRatio: 1,
  pitchSemitones: 0,
  offsetMs: 0,
  coverage: 1,
  probability: decidedBy === 'person' ? 1 : 0.97,
  decidedBy,
});
const ruleLinks = recordings.map((id) => link(id, 'rule'));
const times = fc.integer({ min: 0, max: 2 ** 42 });
const whys = fc.string();
const days = fc.option(fc.constantFrom('2026-04-01', '2027-01-31'));

const decisions: fc.Arbitrary<PersonDecision> = fc.oneof(
  recordings.map((recordingId) => ({ kind: 'match' as const, recordingId })),
  recordings.map((recordingId) => ({ kind: 'reject' as const, recordingId })),
  fc.constantFrom<PersonDecision>(
    { kind: 'notMusic' },
    { kind: 'noSuchRecording' },
    { kind: 'abandon' },
    { kind: 'reopen' },
  ),
);
const conclusions: fc.Arbitrary<Conclusion> = fc.oneof(
  fc.record({ kind: fc.constant('matched' as const), link: ruleLinks, why: whys }),
  fc.record({ kind: fc.constantFrom('review' as const, 'waiting' as const, 'unmatchable' as const), why: whys }),
);
const personEvents: fc.Arbitrary<SoundEvent> = fc.tuple(decisions, whys).map(([decision, why]) => ({
  kind: 'decided' as const,
  decision,
  link: decision.kind === 'match' ? link(decision.recordingId, 'person') : null,
  why,
}));
const machineEvents: fc.Arbitrary<SoundEvent> = fc.oneof(
  fc.constant<SoundEvent>({ kind: 'attemptStarted' }),
  conclusions.map((conclusion) => ({ kind: 'concluded' as const, conclusion })),
  times.map((atMs) => ({ kind: 'scheduled' as const, atMs })),
  fc.record({ kind: fc.constant('prereleaseAdded' as const), releaseDate: days, why: whys }),
  whys.map((why) => ({ kind: 'woken' as const, why })),
  fc.constant<SoundEvent>({ kind: 'expired' }),
);
const events = fc.oneof(personEvents, machineEvents, machineEvents);

const fresh: SoundState = {
  soundId: 'tiktok:1',
  revision: 0,
  status: 'submitted',
  why: 'not tried yet',
  link: null,
  attempts: 0,
  submittedAtMs: 0,
  expiresAtMs: 90 * 86_400_000,
  nextAttemptAtMs: null,
  releaseDate: null,
  due: null,
};
const after = (list: readonly SoundEvent[], from: SoundState = fresh): SoundState => list.reduce(apply, from);
/** Any state that events can lead to, and nothing else. */
const states = fc.array(events, { maxLength: 12 }).map((list) => after(list));

describe('apply', () => {
  it('never lets a machine change what a person said', () => {
    fc.assert(
      fc.property(states, fc.array(machineEvents), (state, list) => {
        fc.pre(isPersonsWord(state));
        const { status, link: kept, why } = after(list, state);
        expect({ status, link: kept, why }).toEqual({ status: state.status, link: state.link, why: state.why });
      }),
    );
  });

  it('keeps a settled sound settled until a person speaks or another attempt ends', () => {
    const idle = machineEvents.filter((event) => event.kind !== 'concluded');
    fc.assert(
      fc.property(states, fc.array(idle), (state, list) => {
        fc.pre(isSettled(state));
        expect(after(list, state).status).toBe(state.status);
        expect(after(list, state).due).toBeNull();
        // Nothing that is over is due at an instant.
        expect(after(list, state).nextAttemptAtMs).toBe(state.nextAttemptAtMs);
      }),
    );
  });

  it('links a sound exactly when it is matched', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(state.link !== null).toBe(state.status === 'matched');
      }),
    );
  });

  it('never throws, never mutates, and counts attempts up only', () => {
    fc.assert(
      fc.property(states, events, (state, event) => {
        const frozen = Object.freeze({ ...state });
        const next = apply(frozen, event);
        expect(frozen).toEqual(state);
        expect(next.attempts).toBe(state.attempts + (event.kind === 'attemptStarted' ? 1 : 0));
        expect(soundStatuses).toContain(next.status);
      }),
    );
  });

  it('stays plain JSON, so that it can be handed from run to run', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
    );
  });
});

describe('a state that the database stored', () => {
  const stored = (revision: number, given: Partial<SoundState> = {}): SoundEvent => ({
    kind: 'stored',
    state: { ...fresh, status: 'waiting', revision, ...given },
  });

  it('holds in the order of revisions, whatever the order of arrival', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.constantFrom<SoundStatus>(...soundStatuses)), {
          selector: ([revision]) => revision,
          minLength: 1,
        }),
        fc.infiniteStream(fc.nat()),
        (list, order) => {
          const shuffled = list.map((each) => [order.next().value, each] as const).sort(([a], [b]) => a - b);
          const last = after(shuffled.map(([, [revision, status]]) => stored(revision, { status })));
          const [highest, status] = list.toSorted(([a], [b]) => b - a)[0]!;
          expect(last).toMatchObject({ revision: highest, status });
        },
      ),
    );
  });

  it('keeps a wake-up, a release date and attempts that came while it was being written', () => {
    const before = after([
      { kind: 'attemptStarted' },
      { kind: 'attemptStarted' },
      { kind: 'prereleaseAdded', releaseDate: '2026-04-01', why: 'a date' },
    ]);
    expect(apply(before, stored(1, { attempts: 1 }))).toMatchObject({
      due: 'a date',
      releaseDate: '2026-04-01',
      attempts: 2,
    });
    expect(apply(before, stored(1, { status: 'matched', link: link('x', 'rule') })).due).toBeNull();
  });
});

describe('what a person may say', () => {
  const all: readonly PersonDecision[] = [
    { kind: 'match', recordingId: 'ZZTST2600001' },
    { kind: 'reject', recordingId: 'ZZTST2600001' },
    { kind: 'notMusic' },
    { kind: 'noSuchRecording' },
    { kind: 'abandon' },
    { kind: 'reopen' },
  ];
  // Refused in these states; accepted in all others.
  const refusedIn: Readonly<Record<PersonDecision['kind'], readonly SoundStatus[]>> = {
    match: [],
    reject: [],
    notMusic: [],
    noSuchRecording: [],
    abandon: ['matched', 'unmatchable', 'dismissed', 'abandoned', 'expired'],
    reopen: ['submitted', 'review', 'waiting'],
  };
  const cases = all.flatMap((decision) => soundStatuses.map((status) => [decision.kind, status, decision] as const));

  it.each(cases)('%s while %s', (kind, status, decision) => {
    const why = refusal({ status }, decision);
    if (refusedIn[kind].includes(status)) expect(why).toContain(status === 'submitted' ? 'submitted' : status);
    else expect(why).toBeNull();
  });

  it('names a recording when it is about one', () => {
    for (const kind of ['match', 'reject'] as const)
      expect(refusal({ status: 'waiting' }, { kind, recordingId: ' ' })).toBe('no recording was named');
  });

  it.each([
    ['a rejection of what is linked takes the link away and tries again', 'matched', 'a', 'a', 'waiting', null],
    ['a rejection of another recording leaves the link', 'matched', 'a', 'b', 'matched', 'a'],
    ['a rejection of a proposal tries again', 'review', null, 'b', 'waiting', null],
    ['a rejection after "not music" changes nothing', 'dismissed', null, 'b', 'dismissed', null],
  ] as const)('%s', (_name, status, linked, rejected, expected, kept) => {
    const state: SoundState = { ...fresh, status, link: linked === null ? null : link(linked, 'rule') };
    const next = after(
      [{ kind: 'decided', decision: { kind: 'reject', recordingId: rejected }, link: null, why: 'no' }],
      state,
    );
    expect(next.status).toBe(expected);
    expect(next.link?.recordingId ?? null).toBe(kept);
    expect(next.due !== null).toBe(expected === 'waiting');
  });
});

describe('conclude', () => {
  const plain: Link = {
    recordingId: 'r',
    relation: 'sped_up',
    speedRatio: 1.2,
    pitchSemitones: 3.16,
    offsetMs: 5,
    coverage: 0.9,
  };
  const best: ScoredCandidate = { link: plain, probability: 0.99, bits: 7, reasons: [], blockedBy: null, twins: [] };
  const table: readonly (readonly [Verdict, Conclusion])[] = [
    [
      { kind: 'sure', best, others: [], why: 'heard' },
      { kind: 'matched', link: { ...plain, probability: 0.99, decidedBy: 'rule' }, why: 'heard' },
    ],
    [
      { kind: 'undecided', candidates: [best], why: 'two fit' },
      { kind: 'review', why: 'two fit' },
    ],
    [
      { kind: 'nothing', why: 'Nothing fits.', unavailable: [], untilMs: null },
      { kind: 'waiting', why: 'Nothing fits.' },
    ],
    [
      { kind: 'nothing', why: 'Not all was asked.', unavailable: ['audio: 503'], untilMs: 7 },
      { kind: 'waiting', why: 'Not all was asked. audio: 503' },
    ],
    [
      { kind: 'unusable', why: 'silence' },
      { kind: 'unmatchable', why: 'silence' },
    ],
  ];
  it.each(table)('of %j', (verdict, conclusion) => expect(conclude(verdict)).toEqual(conclusion));
});
