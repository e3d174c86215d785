import { z } from 'zod';
import { createWholeNumberSchema } from '../domain/whole-number.ts';
import type { Sinks } from '../ports/sinks.ts';

export const LiveQuerySchema = z.strictObject({
  user: z.string().min(1).max(128).optional(),
  group: z.string().min(1).max(128).optional(),
  minutes: createWholeNumberSchema(1, 1440).optional(),
});

/** Creates a URL that lets its holder listen until it expires, after an hour by default. */
export async function createLiveUrl(
  sinks: Pick<Sinks, 'createWebPubSubUrl'>,
  { user, group, minutes }: z.output<typeof LiveQuerySchema>,
): Promise<{ readonly url: string }> {
  const url = await sinks.createWebPubSubUrl({
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { groups: [group] }),
    ...(minutes === undefined ? {} : { minutes }),
  });
  return { url };
}
