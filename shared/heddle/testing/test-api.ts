import type { EventDetail } from '../api/events.ts';
import type { EventExplanation, TriggerExplanation } from '../api/explain.ts';
import { toEventText } from '../api/explain-text.ts';
import type { Health } from '../api/health.ts';
import type { App } from '../composition/open-app.ts';
import { toPlainJson } from '../domain/exact-json.ts';

/** The calls of the API that the kit itself makes. */

type EventKey = Pick<EventDetail, 'id' | 'source'>;

export async function emitEvent(app: App, type: string, data: object, id: string): Promise<void> {
  await app.call('api-emit', { body: { endpoint: type, data, id } });
}

export async function executeTrigger(
  app: App,
  trigger: string,
  data: object,
  key: string,
): Promise<void> {
  await app.call('api-trigger-execute', { params: { name: trigger }, body: data, key });
}

export async function getEvent(app: App, { id, source }: EventKey): Promise<EventDetail> {
  const query = new URLSearchParams({ source });
  return toPlainJson(await app.call('api-event', { params: { id }, query }));
}

export async function explainEvent(
  app: App,
  { id, source }: EventKey,
): Promise<EventExplanation & { readonly text: string }> {
  const query = new URLSearchParams({ source });
  const json = await app.call('api-event-explain', { params: { id }, query });
  return { ...json, text: toEventText(json) };
}

export function explainTriggerOf(
  app: App,
  trigger: string,
  { id, source }: EventKey,
): Promise<TriggerExplanation> {
  const query = new URLSearchParams({ event: id, source });
  return app.call('api-trigger-explain', { params: { name: trigger }, query });
}

export function checkHealth(app: App): Promise<Health> {
  return app.call('health');
}
