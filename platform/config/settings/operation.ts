// How the whole of it runs: what is watched and published, how long sounds wait, how much a worker does, what is logged.

import { setting } from '../setting.ts';

export const operation = {
  watchFolders: setting({
    variable: 'FERMATA_WATCH_FOLDERS',
    meaning: 'folders, separated by ":", whose new or changed deliveries are taken into the catalogue by themselves',
    schema: (of, base) => of.pathList(base),
    default: [],
  }),
  watchSeconds: setting({
    variable: 'FERMATA_WATCH_SECONDS',
    meaning: 'how often watched folders are looked at',
    unit: 'seconds',
    schema: (of) => of.whole(5, 86_400),
    default: 30,
  }),
  watchSettleSeconds: setting({
    variable: 'FERMATA_WATCH_SETTLE_SECONDS',
    meaning:
      'how long the files of a delivery must have been at rest before it is taken, unless it says that it is complete',
    unit: 'seconds',
    schema: (of) => of.whole(0, 86_400),
    default: 60,
  }),
  syncMinutes: setting({
    variable: 'FERMATA_SYNC_MINUTES',
    meaning: 'how often the catalogue services that are on are asked about codes and titles that are expected',
    unit: 'minutes',
    zero: 'never',
    schema: (of) => of.whole(0, 10_080),
    default: 45,
  }),
  publish: setting({
    variable: 'FERMATA_PUBLISH',
    meaning:
      'when a link counts as published: at-release (its recording is out somewhere) or at-once; never while withdrawn',
    schema: (of) => of.oneOf('at-release', 'at-once'),
    default: 'at-release',
  }),

  horizonDays: setting({
    variable: 'FERMATA_HORIZON_DAYS',
    meaning: 'how long an unmatched sound is kept waiting before it expires',
    unit: 'days',
    schema: (of) => of.whole(1, 3650),
    default: 90,
  }),
  scheduleFactor: setting({
    variable: 'FERMATA_SCHEDULE_FACTOR',
    meaning: 'how many times as fast as usual waiting sounds try again; 1 but in load runs',
    schema: (of) => of.whole(1, 1_000_000),
    default: 1,
  }),
  groupAlarm: setting({
    variable: 'FERMATA_GROUP_ALARM',
    meaning: 'sounds with the same unknown audio that come within a day before a warning is logged',
    schema: (of) => of.whole(2, 1_000_000_000),
    default: 100,
  }),
  waitingAudio: setting({
    variable: 'FERMATA_WAITING_AUDIO',
    meaning:
      'most different audio of waiting sounds that one audio worker holds to search with new recordings (7 KB each)',
    schema: (of) => of.whole(1, 100_000_000),
    default: 300_000,
  }),
  searchThreads: setting({
    variable: 'FERMATA_SEARCH_THREADS',
    meaning:
      'threads in which one audio worker analyses and searches audio; they share one index; 0: one less than there are cores',
    schema: (of) => of.whole(0, 256),
    default: 0,
  }),
  workerConcurrency: setting({
    variable: 'FERMATA_WORKER_CONCURRENCY',
    meaning: 'CPU-heavy activities that one worker runs at a time, at least one more than it has search threads',
    schema: (of) => of.whole(1, 256),
    default: 2,
  }),
  cachedWorkflows: setting({
    variable: 'FERMATA_CACHED_WORKFLOWS',
    meaning:
      'workflows that one worker keeps warm (350 KB each); others are replayed from their histories when they go on',
    schema: (of) => of.whole(1, 1_000_000),
    default: 1000,
  }),
  logLevel: setting({
    variable: 'FERMATA_LOG_LEVEL',
    flag: 'log-level',
    meaning: 'least important message that is logged: debug, info, warn or error',
    schema: (of) => of.oneOf('debug', 'info', 'warn', 'error'),
    default: 'info',
  }),
  logFormat: setting({
    variable: 'FERMATA_LOG_FORMAT',
    meaning: 'json (one object a line) or human; auto: human on a terminal, json elsewhere',
    schema: (of) => of.oneOf('auto', 'json', 'human'),
    default: 'auto',
  }),
};
