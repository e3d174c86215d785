/** Whether a trigger's type matches a type of events: that type, one below it, or by `*`. */
export function matchesType(pattern: string, type: string): boolean {
  if (pattern === '*' || pattern === type || type.startsWith(`${pattern}.`)) return true;
  return pattern.includes('*') && toGlob(pattern).test(type);
}

function toGlob(pattern: string): RegExp {
  const parts = pattern.split(/\*+/).map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
