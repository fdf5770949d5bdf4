// The schema comes up from nothing, once, whoever starts first.

import { describe, expect, it } from 'vitest';
import { migrate, openDatabase } from '../../store/database.ts';
import { emptyDatabaseUrl } from '../support/desk.ts';

describe('migrate', () => {
  it('runs every migration once, however often and by however many it is asked', async () => {
    const url = await emptyDatabaseUrl();
    const many = Array.from({ length: 6 }, () => openDatabase(url, { maxConnections: 1 }));
    try {
      const ran = await Promise.all(many.map((database) => migrate(database)));
      const { rows } = await many[0]!.query<{ name: string }>('select name from migrations order by name');
      const names = rows.map((row) => row.name);
      expect(names[0]).toBe('000001_catalogue.sql');
      expect(ran.flat().sort()).toEqual(names);
      expect(ran.filter((one) => one.length > 0)).toHaveLength(1);
      expect(await migrate(many[0]!)).toEqual([]);
    } finally {
      await Promise.all(many.map((database) => database.close()));
    }
  });
});
