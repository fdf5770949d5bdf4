// The table `settings`: what views must know of the configuration. Written by workers when they start.

import type { Queryable } from './database.ts';

export async function keepSetting(client: Queryable, name: 'publish', value: string): Promise<void> {
  await client.query(
    `insert into settings (name, value) values ($1, $2)
     on conflict (name) do update set value = excluded.value where settings.value <> excluded.value`,
    [name, value],
  );
}
