import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An azd environment: a folder with a `.env`, as azd keeps it. */
export class AzdEnvironment {
  readonly name: string;
  readonly folder: string;
  values: Readonly<Record<string, string>> = {};

  constructor(root: string, name: string) {
    this.name = name;
    this.folder = join(root, '.azure', name);
    this.reload();
  }

  static create(root: string, name: string): AzdEnvironment {
    mkdirSync(join(root, '.azure', name), { recursive: true });
    writeFileSync(join(root, '.azure/config.json'), JSON.stringify({ defaultEnvironment: name }));
    const environment = new AzdEnvironment(root, name);
    environment.set({ AZURE_ENV_NAME: name });
    return environment;
  }

  /** @throws {Error} where there is none, as azd does with `--no-prompt` */
  static select(root: string, named = process.env.AZURE_ENV_NAME): AzdEnvironment {
    const config = join(root, '.azure/config.json');
    const name = named || (existsSync(config) ? readDefault(config) : undefined);
    if (name === undefined || !existsSync(join(root, '.azure', name))) {
      throw new Error('environment does not exist: azd env new <name>');
    }
    return new AzdEnvironment(root, name);
  }

  reload(): void {
    const file = join(this.folder, '.env');
    this.values = existsSync(file) ? parseDotenv(readFileSync(file, 'utf8')) : {};
  }

  /** Reads what others have written meanwhile, and replaces the file at once. */
  set(values: Readonly<Record<string, string>>): void {
    this.reload();
    this.values = { ...this.values, ...values };
    const lines = Object.entries(this.values).map(
      ([name, value]) => `${name}="${escapeText(value)}"`,
    );
    const file = join(this.folder, '.env');
    writeFileSync(`${file}.${process.pid}`, `${lines.join('\n')}\n`);
    renameSync(`${file}.${process.pid}`, file);
  }

  /** A value of the environment, or else of the process. */
  lookup(name: string): string | undefined {
    return this.values[name] ?? process.env[name];
  }
}

function readDefault(config: string): string | undefined {
  const parsed = JSON.parse(readFileSync(config, 'utf8')) as { defaultEnvironment?: string };
  return parsed.defaultEnvironment;
}

/** Names with texts in double quotes or without quotes, as godotenv reads them. */
export function parseDotenv(text: string): Readonly<Record<string, string>> {
  const entries = text.split('\n').flatMap((line) => {
    const [, name, value = ''] = /^([A-Za-z_][A-Za-z0-9_.]*)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, unquote(value)] as const];
  });
  return Object.fromEntries(entries);
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value.trim();
  const inner = value.slice(1, value.lastIndexOf('"'));
  return inner.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

function escapeText(value: string): string {
  return value.replace(/[\\"$]/g, '\\$&').replaceAll('\n', '\\n');
}
