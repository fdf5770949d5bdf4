// The description: valid OpenAPI 3.1, and of what is served.

import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { describeApi } from '../../api/description.ts';
import { endpoints } from '../../api/endpoints/index.ts';
import type { Description } from '../support/api.ts';

const description = describeApi(endpoints) as unknown as Description;

it('is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const outcome = await validator.validate(structuredClone(description) as never);
  expect(outcome.errors ?? []).toEqual([]);
  expect(outcome.valid).toBe(true);
  expect(validator.version).toBe('3.1');
});

it('names each operation once, with its parameters, and refers to nothing that it lacks', () => {
  const operations = Object.entries(description.paths).flatMap(([path, of]) =>
    Object.values(of).map((operation) => ({ path, ...operation })),
  );
  expect(operations).toHaveLength(endpoints.length);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(endpoints.length);
  for (const { path, parameters, operationId } of operations)
    expect(
      parameters.filter((one) => one.in === 'path').map(({ name }) => name),
      operationId,
    ).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  const references = [...JSON.stringify(description).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to!);
  expect(references.length).toBeGreaterThan(20);
  for (const to of references) {
    expect(to).toMatch(/^#\/components\/schemas\//);
    expect(description.components.schemas).toHaveProperty([to.split('/').at(-1)!]);
  }
});
