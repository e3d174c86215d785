/**
 * Whether a type pattern with `*` matches an event type: `*` is any sequence of characters, dots
 * included. It uses two pointers and no regular expression, so that no type a sender invents makes
 * it slow.
 */
export function matchesGlob(pattern: string, type: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < type.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (pattern[p] === type[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** The type and, at each dot, the more general types: `a.b.c` → `a`, `a.b`, `a.b.c`. */
export function toTypePrefixes(type: string): readonly string[] {
  const prefixes: string[] = [];
  for (let dot = type.indexOf('.'); dot >= 0; dot = type.indexOf('.', dot + 1)) {
    prefixes.push(type.slice(0, dot));
  }
  prefixes.push(type);
  return prefixes;
}
