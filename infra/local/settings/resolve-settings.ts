/** Replaces each `%NAME%` by the setting of that name. The environment holds `A:B` as `A__B`. */
export function resolveSettings(text: string, env: NodeJS.ProcessEnv): string {
  return text.replace(/%([^%]*)%/g, (token, name: string) => {
    const value = env[name] ?? env[name.replaceAll(':', '__')];
    if (value) return value;
    throw new Error(`'${token}' does not resolve to a value: set ${name} in local.settings.json.`);
  });
}
