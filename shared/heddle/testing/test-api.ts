import type { EventDetail } from '../api/events.ts';
import type { EventExplanation, TriggerExplanation } from '../api/explain.ts';
import type { Health } from '../api/health.ts';
import type { App } from '../composition/open-app.ts';

/** The calls of the API that the kit itself makes. */

type EventKey = Pick<EventDetail, 'id' | 'source'>;

export async function emitEvent(app: App, type: string, data: object, id: string): Promise<void> {
  await app.emit(toPost({ endpoint: type, data, id }));
}

export async function executeTrigger(
  app: App,
  trigger: string,
  data: object,
  key: string,
): Promise<void> {
  await app.execute(trigger, toPost(data, key));
}

export function getEvent(app: App, { id, source }: EventKey): Promise<EventDetail> {
  return app.getEvent(id, source);
}

export async function explainEvent(
  app: App,
  { id, source }: EventKey,
): Promise<EventExplanation & { readonly text: string }> {
  const { json, toText } = await app.explainEvent(id, new URLSearchParams({ source }));
  return { ...json, text: toText() };
}

export async function explainTriggerOf(
  app: App,
  trigger: string,
  { id, source }: EventKey,
): Promise<TriggerExplanation> {
  const { json } = await app.explainTrigger(trigger, new URLSearchParams({ event: id, source }));
  return json;
}

export function checkHealth(app: App): Promise<Health> {
  return app.health();
}

function toPost(json: object, key?: string) {
  const headers = new Headers({ 'content-type': 'application/json' });
  if (key !== undefined) headers.set('idempotency-key', key);
  return { headers, body: Buffer.from(JSON.stringify(json)), traceparent: undefined };
}
