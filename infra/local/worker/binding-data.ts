import { isObject, type JsonObject } from '../settings/read-json.ts';
import type { TypedData } from './core-types.ts';

/**
 * The metadata of a message for `context.triggerMetadata`. As on the real host, names ignore case,
 * the first spelling stays, and nulls are omitted.
 */
export class BindingData {
  readonly #names = new Map<string, string>();
  readonly #values = new Map<string, TypedData>();

  set(name: string, value: unknown): void {
    if (value === null || value === undefined) return;
    const key = name.toLowerCase();
    if (!this.#names.has(key)) this.#names.set(key, name);
    this.#values.set(key, toTypedData(value));
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  /** Sets nothing, where something was set before: nulls overwrite, and are omitted. */
  clear(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  /**
   * Adds the fields of a JSON object in the message, which overwrite the trigger's metadata: a body
   * with a `messageId` hides the message's own. Arrays and nulls overwrite nothing; true becomes
   * "True".
   * https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script/Utility.cs
   * (ApplyBindingData)
   */
  addFieldsOf(text: string): void {
    for (const [name, value] of Object.entries(parseObject(text))) {
      if (Array.isArray(value)) continue;
      this.set(name, isObject(value) || value === null ? value : toDotNetText(value));
    }
  }

  toTriggerMetadata(): Record<string, TypedData> {
    return Object.fromEntries(
      [...this.#values].map(([key, value]) => [this.#names.get(key) ?? key, value]),
    );
  }
}

function toDotNetText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

/** https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.Grpc/MessageExtensions/GrpcMessageConversionExtensions.cs */
function toTypedData(value: unknown): TypedData {
  if (typeof value === 'string') return { string: value };
  if (value instanceof Uint8Array) return { bytes: value };
  return { json: JSON.stringify(value) };
}

function parseObject(text: string): JsonObject {
  if (!/^\s*\{[\s\S]*\}\s*$/.test(text)) return {};
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}
