import { LANGUAGE, namesOf } from '../../shared/heddle/triggers/templates/language.ts';

type Kind = 'filter' | 'test' | 'method';

/** Arguments of the filters that name a filter or a test. */
const SELECTING: Readonly<Record<string, string>> = {
  map: 'filter, …` or `attribute, default',
  reject: 'test, …',
  rejectattr: 'attribute, test, …',
  select: 'test, …',
  selectattr: 'attribute, test, …',
};

/** What the page on triggers lists: `indent(width=4, first=false, blank=false)`. */
export function listCallables(kind: Kind): string {
  return namesOf(kind)
    .map((name) => `\`${name}${toArguments(kind, name)}\``)
    .join(', ');
}

function toArguments(kind: Kind, name: string): string {
  const { parameters = [], takesMore = false } = LANGUAGE[kind].get(name)?.signature ?? {};
  const selecting = kind === 'filter' ? SELECTING[name] : undefined;
  const written = parameters.map(({ name: parameter, fallback }) => {
    return fallback ? `${parameter}=${spell(fallback.value)}` : parameter;
  });
  const all = [...written, ...(takesMore ? ['…'] : []), ...(selecting ? [selecting] : [])];
  return all.length === 0 ? '' : `(${all.join(', ').replace('` or `', ' or ')})`;
}

function spell(value: unknown): string {
  return value === null ? 'none' : JSON.stringify(value).replaceAll('"', "'");
}
