import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { Actor, defineActors } from '../../../shared/heddle/actors/actor.ts';
import { createRouteCaller, routes } from '../../../shared/heddle/api/routes/routes.ts';
import { RejectedError } from '../../../shared/heddle/errors/errors.ts';
import { createApi, createApiRequest } from '../../helpers/api-side.ts';
import { createEvent } from '../../helpers/factories.ts';
import { recordSql } from '../../helpers/sql-recorder.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

class Work extends Actor {
  execute(): string {
    return 'done';
  }
}

/** A value of each filter that the routes know. Limits and continuations change no plan. */
const FILTERS: Readonly<Record<string, readonly string[]>> = {
  source: ['github'],
  type: ['push', 'pull_request.opened'],
  trigger: ['t'],
  since: ['1h'],
  status: ['matched', 'failed', 'running'],
  kind: ['run'],
};

function toQueries(schema: z.ZodObject | undefined): readonly string[] {
  let queries = ['limit=1'];
  for (const [name, values] of Object.entries(FILTERS)) {
    if (!schema || !(name in schema.shape)) continue;
    queries = queries.flatMap((query) => [query, ...values.map((v) => `${query}&${name}=${v}`)]);
  }
  return queries;
}

async function createScene() {
  const recorder = recordSql();
  const actors = defineActors({ work: Work });
  const world = createWorld(toTriggers({ name: 't', actor: 'work' }), actors);
  const caller = createRouteCaller(() => createApi(world.engine));
  for (const id of ['a', 'b']) await world.send(createEvent({ id }));
  await world.drain();
  const [run] = await world.runs();
  return { recorder, caller, runId: run?.id ?? '' };
}

/** Calls all routes that read, with all combinations of filters. @returns those that answered */
async function readAll({ caller, runId }: Awaited<ReturnType<typeof createScene>>) {
  const answered: string[] = [];
  for (const { name, method, query } of routes.filter((route) => route.method === 'GET')) {
    const params = { id: name === 'api-run' ? runId : 'a', name: 't' };
    for (const asked of toQueries(query)) {
      const request = createApiRequest({ method, params, query: asked });
      try {
        await caller.answer(name, request);
        answered.push(name);
      } catch (error) {
        // A status that another route has, or a replay or schedule that is not there.
        if (!(error instanceof RejectedError)) throw error;
      }
    }
  }
  return answered;
}

describe('every route that reads', () => {
  it('searches, whatever filters are combined', async () => {
    const scene = await createScene();
    const answered = await readAll(scene);
    for (const name of ['api-events', 'api-runs', 'api-trigger-events', 'api-trigger-runs']) {
      expect(answered.filter((one) => one === name).length).toBeGreaterThan(40);
    }
    const plans = scene.recorder.plans().filter(({ sql }) => /FROM "documents_/.test(sql));
    expect(plans.length).toBeGreaterThan(20);
    for (const { sql, plan } of plans) {
      expect(`${plan} of ${sql}`).not.toMatch(/\bSCAN\b|TEMP B-TREE|MULTI-INDEX/);
    }
    const lists = plans.filter(({ sql }) => sql.includes('ORDER BY'));
    for (const { sql } of lists) expect(sql).toMatch(/INDEXED BY .* LIMIT \?/s);
  });
});
