import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { page, withSettings } from '../../docs/settings.ts';

test('the table of settings in operations.md is the configuration: if not, run node docs/settings.ts', async () => {
  const text = await readFile(page, 'utf8');
  expect(withSettings(text)).toBe(text);
});
