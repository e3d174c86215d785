import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOrigin } from '../../shared/heddle/composition/read-origin.ts';
import { loadConfig } from '../../shared/heddle/config/config.ts';

/** A folder with `infra/triggers.yaml` of this text. The test removes it. */
export function createTriggersFolder(yaml: string): string {
  const root = mkdtempSync(join(tmpdir(), 'heddle-definitions-'));
  mkdirSync(join(root, 'infra'));
  writeFileSync(join(root, 'infra/triggers.yaml'), yaml);
  return root;
}

/** Cuts base64 into settings as infra/app/function-app.bicep does. */
export function toSettings(encoded: string): Readonly<Record<string, string>> {
  const chunks = encoded.match(/.{1,8000}/g) ?? [];
  return Object.fromEntries(
    chunks.map((chunk, i) => [`TRIGGERS_B64_${String(i).padStart(2, '0')}`, chunk]),
  );
}

/** What a deployed app reads from its settings. */
export async function readFromSettings(settings: Readonly<Record<string, string>>) {
  const { read } = await readOrigin({ json: loadConfig(settings).triggersJson ?? '' });
  return 'value' in read ? read.value : read.faults;
}

/** What an app on a laptop reads from the file. JSON has no -0, which equals 0 wherever it counts. */
export async function readFromFile(root: string) {
  const { read } = await readOrigin({ path: join(root, 'infra/triggers.yaml') });
  return 'value' in read ? withoutMinusZero(read.value) : read.faults;
}

function withoutMinusZero(value: unknown): unknown {
  if (value === 0) return 0;
  if (Array.isArray(value)) return value.map(withoutMinusZero);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutMinusZero(item)]),
  );
}
