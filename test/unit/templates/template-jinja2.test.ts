import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Answer, answers, ask, type Case, fill, findError, normalize } from '../../helpers/jinja-answers.ts';
import { writeFileSync } from 'node:fs';

function check([, plain, spelled]: Case, answer: Answer): string {
  const errors = [plain, spelled ?? plain].map(findError);
  if (answer.kind === 'value') {
    if (isDeepStrictEqual(normalize(answer.value), normalize(plain))) return 'equal';
    if (spelled !== undefined && isDeepStrictEqual(normalize(answer.value), normalize(spelled))) return 'spelled';
    return errors.every(e => e !== undefined) ? 'lenient' : 'DIFFERENT';
  }
  if (errors.every(e => e !== undefined)) return answer.kind === 'refused' ? 'error-refused' : 'error-failed';
  if (errors.some(e => e !== undefined)) return answer.kind === 'refused' ? 'half-refused' : 'half-failed';
  return answer.kind === 'refused' ? 'REFUSED' : 'FAILED';
}
describe('x', () => { it('y', () => {
  const out: string[] = []; const counts: Record<string, number> = {};
  for (const [list, f] of [[answers.expressions, ask], [answers.templates, fill]] as const) for (const c of list) {
    const a = f(c[0]); const k = check(c, a); counts[k] = (counts[k] ?? 0) + 1;
    out.push(`${k}\t${c[0]}\t=> ${a.kind === 'value' ? JSON.stringify(normalize(a.value)) : a.kind + ' ' + a.message}\tJ: ${JSON.stringify(c[1])}\tS: ${JSON.stringify(c[2])}`);
  }
  writeFileSync('/tmp/diff.txt', out.join('\n'));
  console.log(counts);
}); });
