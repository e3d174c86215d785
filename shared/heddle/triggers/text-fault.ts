/** A fault in a text of a trigger that should be a template or a path. */
export interface TextFault {
  /** Position of the text: `['variables', 'labels', 0]`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Inputs of built-in actors that name an app setting with a secret. */
const SETTING_INPUTS: readonly unknown[] = ['urlSetting', 'headerSettings', 'webhookSetting'];

/** Whether an input names a setting, and so selects the secret that is sent. */
export function namesSetting(input: unknown): boolean {
  return SETTING_INPUTS.includes(input);
}
