import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { degradations } from '../../../evaluation/candidates/degrade.ts';
import { random, songs } from '../../../evaluation/candidates/songs.ts';
import { readSound } from '../../../evaluation/metadata/answer.ts';
import type { CaseSound } from '../../../evaluation/metadata/case.ts';
import { loadCatalogue } from '../../../evaluation/metadata/catalogueDatabase.ts';
import { memoryCatalogue } from '../../../evaluation/metadata/real/memoryCatalogue.ts';
import { candidateKeys, recordingKeys } from '../../../matching/metadata/keys.ts';
import {
  countRecordings,
  findCandidates,
  titleFrequencies,
  titlesBehind,
} from '../../../store/catalogue/recordings.ts';
import { freshDatabase, type TestDatabase } from '../../support/database.ts';

// Something nobody can read stands behind every fourth title: one of them behind many titles, one behind one.
const catalogue = [...songs(4000)].map((song, n) =>
  n % 4 === 0 ? { ...song, title: `${song.title} (${n % 8 === 0 ? 'Morning Hour' : `Of Tin and ${n}`})` } : song,
);
const inMemory = memoryCatalogue(catalogue);
let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase({ maxConnections: 1 });
  await loadCatalogue({ database }, catalogue);
}, 60_000);
afterAll(() => database?.close());

const named = (title: string, author: string | null): CaseSound => ({ title, author, original: false, dur: 30 });

async function proposedByDatabase(sound: CaseSound): Promise<ReadonlySet<string>> {
  const keys = candidateKeys(readSound(sound));
  return new Set((await findCandidates(database, { ...keys, externalIds: keys.ids })).map(({ id }) => id));
}

const proposedInMemory = (sound: CaseSound, without?: ReadonlySet<string>): ReadonlySet<string> =>
  new Set(inMemory.candidatesFor(sound, without).cands.map(({ id }) => id));

describe('the search in memory', () => {
  it.each(degradations.map((each) => [each.name, each] as const))(
    'proposes what the database does: %s',
    async (_, way) => {
      const next = random(7);
      let asked = 0;
      for (let n = 3; n < catalogue.length && asked < 45; n += 7) {
        const song = catalogue[n]!;
        const title = way.apply(song.title, next);
        if (title === null) continue;
        const sound = named(title, way.withArtist ? song.artists.join(', ') : null);
        expect({ title, found: proposedInMemory(sound) }).toEqual({ title, found: await proposedByDatabase(sound) });
        asked += 1;
      }
      expect(asked).toBeGreaterThan(3);
    },
  );

  it('counts titles as the database does', async () => {
    const keys = catalogue
      .slice(0, 200)
      .map((song) => candidateKeys(readSound(named(song.title, null))).exact[0] ?? '');
    const counts = await titleFrequencies(database, keys);
    const { rarity } = inMemory.candidatesFor(named(catalogue[0]!.title, null));
    expect(rarity.catalogueSize).toBe(await countRecordings(database));
    expect(keys.map((key) => rarity.titleFrequency(key))).toEqual(keys.map((key) => counts.get(key) ?? 0));
  });

  it('counts behind how many titles a group stands as the database does', async () => {
    const groups = [...new Set(catalogue.slice(0, 80).flatMap((song) => recordingKeys(song).groupKeys)), 'nowhere'];
    const behind = await titlesBehind(database, groups);
    const { rarity } = inMemory.candidatesFor(named(catalogue[0]!.title, null));
    // The database stops counting at two hundred rows; three titles are many.
    const upToMany = (n: number): number => Math.min(10, n);
    expect([...behind].map(([group, n]) => [group, upToMany(n)])).toEqual(
      groups.map((group) => [group, upToMany(rarity.titlesBehind!(group))]),
    );
    expect(behind.get('morninghour')).toBeGreaterThan(100);
    expect(behind.get('oftinand4')).toBe(1);
    expect(behind.get('nowhere')).toBe(0);
  });

  it('leaves out what is taken out, in its proposals and in its counts, as if it had never been there', async () => {
    const gone = new Set(catalogue.filter((_, n) => n % 3 === 0).map(({ id }) => id));
    const rest = memoryCatalogue(catalogue.filter(({ id }) => !gone.has(id)));
    for (let n = 0; n < catalogue.length; n += 151) {
      const song = catalogue[n]!;
      const sound = named(song.title, song.artists[0] ?? null);
      const without = inMemory.candidatesFor(sound, gone);
      const never = rest.candidatesFor(sound);
      expect(new Set(without.cands.map(({ id }) => id))).toEqual(new Set(never.cands.map(({ id }) => id)));
      const key = candidateKeys(readSound(sound)).exact[0] ?? '';
      expect(without.rarity.titleFrequency(key)).toBe(never.rarity.titleFrequency(key));
      expect(without.rarity.catalogueSize).toBe(never.rarity.catalogueSize);
    }
  });
});
