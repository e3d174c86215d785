import { describe, expect, it } from 'vitest';
import { createRouteCaller, routes } from '../../../shared/heddle/api/routes/routes.ts';
import { createApi, createApiRequest } from '../../helpers/api-side.ts';
import { createWorld } from '../../helpers/world.ts';

describe('a parameter that every object has by birth', () => {
  it.each(routes.map(({ name, method }) => [name, method] as const))(
    'is refused by %s with 400',
    async (name, method) => {
      const { answer } = createRouteCaller(() => createApi(createWorld([], {}).engine));
      for (const query of ['__proto__=1', 'constructor=1', 'prototype=', 'limit=1&__proto__=1']) {
        const request = createApiRequest({ method, query, params: { id: 'x', name: 'x' } });
        await expect(answer(name, request)).rejects.toMatchObject({
          ...{ status: 400, code: 'query_invalid' },
        });
      }
    },
  );
});
