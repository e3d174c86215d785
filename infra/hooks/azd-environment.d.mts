export declare function setValues(
  values: Readonly<Record<string, string>>,
  env?: NodeJS.ProcessEnv,
): void;

export declare function isSet(value: string | undefined): boolean;
