import type { Options } from './harness/options.ts';

export async function soak(_: Options): Promise<boolean> {
  return true;
}
