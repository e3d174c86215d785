const SETTING_NAME = /^[A-Za-z_][A-Za-z0-9_.]{0,127}$/;

/** Whether a text can be the name of an app setting. No URL, header, template or path can. */
export function isSettingName(text: string): boolean {
  return SETTING_NAME.test(text);
}
