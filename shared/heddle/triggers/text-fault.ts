/** What is wrong with a text of a trigger that should be a template or a path. */
export interface TextFault {
  /** Where it stands: `['variables', 'labels', 0]`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Inputs of built-in actors that name an app setting with a secret in it. */
const SETTING_INPUTS: readonly unknown[] = ['headerSettings', 'webhookSetting'];

/** Whoever could choose the setting could choose which secret goes out. */
export function namesSetting(input: unknown): boolean {
  return SETTING_INPUTS.includes(input);
}
