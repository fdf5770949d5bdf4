// Takes a delivery into the catalogue: a folder or a file, a listing or DDEX messages.

import { realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { deliveryIdOf, deliveryProgress, type DeliveryProgress } from '../../store/catalogue/deliveries.ts';
import type { DeliveryOptions } from '../../domain/delivery.ts';
import { fields } from '../../deliveries/columns.ts';
import { catalogueWorkflowId } from '../../domain/naming.ts';
import { openVectorIndex } from '../../store/catalogue/vectors.ts';
import { searchedPlaces } from '../../matching/audio/vectorSequences.ts';
import { segmentDimensions } from '../../models/fingerprint/embedAudio.ts';
import { readManifest } from '../../models/fingerprint/model.ts';
import { expectWords, flagList, flagText, type Call, type Command, type Terminal } from '../command.ts';
import { Failed, Misuse } from '../../domain/failures.ts';
import { pageOf, withDatabase, withConnections, type Connections } from '../../app/connection.ts';
import { reportDelivery } from '../deliveryReport.ts';
import { checkEncoding } from '../encoding.ts';
import { watchFolder } from '../folderWatch.ts';
import { bar } from '../terminal.ts';

/** Delivers a folder or a file of it and waits until it is taken in. */
export async function indexFolder(
  connections: Connections,
  path: string,
  terminal: Terminal,
  options: DeliveryOptions = {},
): Promise<DeliveryProgress> {
  let real: string;
  let isFile: boolean;
  try {
    real = await realpath(path);
    isFile = (await stat(real)).isFile();
  } catch {
    throw new Failed(`there is no folder ${path}`);
  }
  const id = deliveryIdOf(real);
  await connections.reconciliation.deliver(id, isFile ? dirname(real) : real, {
    entry: isFile ? basename(real) : null,
    options,
  });
  for (;;) {
    const progress = await deliveryProgress(connections.database, id);
    if (progress !== null && progress.state !== 'started') {
      terminal.progress(`indexing  ${bar(progress.total - progress.pending, progress.total)}`);
      terminal.settle();
      if (progress.state === 'failed') throw new Failed(progress.problem ?? 'the delivery failed');
      return progress;
    }
    if (progress !== null && progress.total > 0) {
      const later = progress.pending === 0 && progress.unheard > 0 ? `  ${progress.unheard} files are tried again` : '';
      terminal.progress(`indexing  ${bar(progress.total - progress.pending, progress.total)}${later}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function readOptions(call: Call): DeliveryOptions {
  const map: Record<string, string> = {};
  for (const given of flagList(call, 'map')) {
    const [, column, field] = /^(.+)=([a-z_]+|-)$/.exec(given) ?? [];
    if (column === undefined || field === undefined) throw new Misuse(`--map takes COLUMN=FIELD, not "${given}"`);
    if (field !== '-' && !(fields as readonly string[]).includes(field))
      throw new Misuse(`--map knows no field "${field}"; there are ${fields.join(', ')}, and - to leave a column out`);
    map[column.trim()] = field;
  }
  const encoding = checkEncoding(flagText(call, 'encoding'));
  const dates = flagText(call, 'dates');
  if (dates !== null && dates !== 'dmy' && dates !== 'mdy')
    throw new Misuse(`--dates takes dmy or mdy, not "${dates}"`);
  return {
    ...(Object.keys(map).length === 0 ? {} : { map }),
    ...(encoding === null ? {} : { encoding }),
    ...(dates === null ? {} : { dates }),
  };
}

export const index: Command = {
  name: 'index',
  summary: 'Take recordings into the catalogue and wake the sounds that were waiting for them.',
  words: '[PATH]',
  options: {
    map: {
      type: 'string',
      value: 'COL=FIELD',
      repeatable: true,
      help: 'what a column of a listing means; - leaves it out; may be repeated',
    },
    encoding: { type: 'string', value: 'NAME', help: 'of a listing that is not UTF-8: windows-1252, shift_jis …' },
    dates: { type: 'string', value: 'ORDER', help: 'dmy or mdy: how 03/04/2026 is to be read' },
    watch: {
      type: 'boolean',
      help: 'PATH is a folder of deliveries: take what is new in it, and what changes, until Ctrl-C',
    },
    settle: {
      type: 'string',
      value: 'SECONDS',
      help: 'with --watch: how long files must have been at rest (default 10)',
    },
    'rebuild-vectors': {
      type: 'boolean',
      help: 'make the table of the second audio cue anew beside the one in use, and switch; no PATH',
    },
  },
  notes: [
    'PATH is a folder, or one file, of one of these forms:',
    '  catalogue.csv, catalogue.jsonl   title, artists (";" between them), and optionally file, isrc, version, release_date, upc, label,',
    '                                   duration, album, aliases, preview_date, tiktok_date, preorder_date, end_date, territories, action,',
    '                                   and ids of services as spotify_id, apple_id, deezer_id …; other headers that distributors use are',
    '                                   known too, separated by commas, semicolons or tabs; what is not known is reported (see --map)',
    '  *.csv, *.json, *.m3u, Library.xml   what Exportify, TuneMyMusic, Soundiiz, MusicBrainz, ListenBrainz and Apple export, as it is',
    '  *.xml                            DDEX ERN 3.7, 3.8, 4.1 to 4.3: NewReleaseMessage and PurgeReleaseMessage, alone or as a batch',
    'Audio lies beside it, under the paths that it names.',
    'Indexing again is harmless: what is known is left alone, what changed is replaced and reported with before and after; a release that',
    'a newer message states replaces all that it said before. An interrupted run goes on. docs/deliveries.md has the details.',
  ].join('\n'),
  examples: [
    'fermata index examples/catalogue',
    'fermata index ~/deliveries/2026-11 --json',
    'fermata index sheet.csv --map "Trackname=title" --map "Notes=-" --encoding windows-1252 --dates dmy',
    'fermata index ~/ddex/N_20261122_0001',
    'fermata index ~/incoming --watch',
  ],
  async run(call) {
    if (call.flags['rebuild-vectors'] === true) return rebuildVectors(call);
    const [path] = expectWords(call, 'PATH') as [string];
    const options = readOptions(call);
    return withConnections(call.config, async (connections) => {
      if (call.flags['watch'] === true) return watchFolder(connections, path, options, call);
      const done = await indexFolder(connections, path, call.terminal, options);
      await reportDelivery(connections.database, done, call);
      const page = pageOf(connections, catalogueWorkflowId(done.id));
      if (page !== null && !call.json) call.terminal.talk(`in Temporal: ${page}`);
      return 0;
    });
  },
};

/** For after a great many removals, or a change of the table's settings. An interrupted rebuild goes on where it stood. */
async function rebuildVectors(call: Call): Promise<number> {
  expectWords(call);
  return withDatabase(call.config, async ({ database }) => {
    const index = await openVectorIndex(database, {
      modelVersion: (await readManifest()).version,
      dimensions: segmentDimensions,
      places: searchedPlaces,
    });
    if (!index.isSearchable) throw new Failed(`there is nothing to rebuild: ${index.unsearchableBecause}`);
    const searched = await index.rebuild({
      onProgress: (done, total) => call.terminal.progress(`vectors  ${bar(done, total)}`),
    });
    call.terminal.settle();
    call.terminal.out(call.json ? JSON.stringify({ searched }) : `${searched} vectors are searched in`);
    return 0;
  });
}
