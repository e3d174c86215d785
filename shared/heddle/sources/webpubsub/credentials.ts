import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { isCredentialName, isToken, withoutCredentials } from '../credentials.ts';
import type { SourceEvent } from '../source.ts';

/**
 * Removes what lets a client in: a stored event must not allow anybody to connect as the client. An
 * event of the service has the client's query, headers and claims unchanged, and the password of
 * MQTT. What a client says, in an event of a user, is not looked through.
 * @see https://learn.microsoft.com/azure/azure-web-pubsub/reference-cloud-events#connect
 * @see https://learn.microsoft.com/azure/azure-web-pubsub/reference-mqtt-cloud-events
 */
export function withoutClientCredentials(event: SourceEvent): SourceEvent {
  if (!event.type.startsWith('sys.')) return event;
  const named = withoutCredentials(event, isCredential);
  const data = withoutTokens(named.data) as JsonObject;
  if (data === named.data) return named;
  const { dataJson: _, ...rest } = named;
  return { ...rest, data };
}

/** A name of a query, header or claim, a key, or the value of a property of MQTT. */
function isCredential(key: string, owner: JsonObject): boolean {
  if (key === 'value' && typeof owner.name === 'string') return isCredentialName(owner.name);
  return isCredentialName(key) && !isKnown(key, owner);
}

/** The reason code of a packet, which tells why a client has gone. */
function isKnown(key: string, owner: JsonObject): boolean {
  return key === 'code' && typeof owner.code === 'number';
}

/** Subprotocols are the one place where a browser can put a token of its own. */
function withoutTokens(value: Json): Json {
  if (typeof value === 'string') return isToken(value) ? '' : value;
  if (Array.isArray(value)) {
    const kept = value.filter((item) => typeof item !== 'string' || !isToken(item));
    const items = kept.map((item: Json) => withoutTokens(item));
    const isSame = items.length === value.length && items.every((item, at) => item === value[at]);
    return isSame ? value : items;
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withoutTokens(item)] as const);
  return entries.every(([key, item]) => item === value[key]) ? value : Object.fromEntries(entries);
}
