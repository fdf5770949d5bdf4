// A catalogue from a CSV file, searched as the product searches.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCatalogue } from '../../../evaluation/metadata/catalogue.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fermata-csv-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('reads quotes, several artists and empty columns, and answers with counts', async () => {
  const path = join(folder, 'catalogue.csv');
  const lines = [
    '\ufeffid,title,artists,album,duration_ms,isrc',
    'a,"Home, ""Sweet"" Home",Nova Reyes;Kid Ember,,181000,ZZ-FER-26-00001',
    'b,Home,"Cedar, Pine & Sons",Elsewhere,,',
    'c,Home,Marlow Finch,,not a number,not an isrc',
    'a,The same id again,Nobody,,,',
    '',
    'd,,Nobody,,,',
  ];
  writeFileSync(path, `${lines.join('\r\n')}\r\n`);
  const catalogue = await openCatalogue(path);
  try {
    const sweet = await catalogue.candidatesFor({ title: 'home sweet hoem (sped up)', author: 'nova reyes' });
    expect(sweet.cands).toContainEqual({
      id: 'a',
      title: 'Home, "Sweet" Home',
      artists: ['Nova Reyes', 'Kid Ember'],
      dur: 181,
      isrc: 'ZZFER2600001',
    });
    const home = await catalogue.candidatesFor({ title: 'Home', author: null });
    expect(home.cands.map((each) => each.id).sort()).toEqual(['b', 'c']);
    expect([home.rarity.titleFrequency('home'), home.rarity.catalogueSize]).toEqual([2, 3]);
  } finally {
    await catalogue.close();
  }
});

it('refuses a file without the columns that it needs', async () => {
  const path = join(folder, 'other.csv');
  writeFileSync(path, 'name,artist\nHome,Nova Reyes\n');
  await expect(openCatalogue(path)).rejects.toThrow('the header has no id');
});
