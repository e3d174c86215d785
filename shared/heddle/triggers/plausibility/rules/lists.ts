import type { Json } from '../../../domain/json.ts';
import type { Rule } from '../rule.ts';
import { shapesAt } from '../shapes-at.ts';
import { everyTestOf } from '../tests-of.ts';
import type { Shape } from '../vocabulary/shape.ts';

const FOR_LISTS: Readonly<Record<string, (list: Json) => string>> = {
  eq: (list) => `in: ${JSON.stringify(list)}`,
  ne: (list) => `notIn: ${JSON.stringify(list)}`,
  contains: (list) =>
    `any: [${(list as readonly Json[]).map((item) => `{ contains: ${JSON.stringify(item)} }`).join(', ')}]`,
};

const LIKE: Readonly<Record<string, string>> = { eq: 'in', ne: 'notIn' };

export const listOperand: Rule = {
  name: 'list',
  about: 'A list under `eq`, `ne` or `contains`, which compare a list with it as a whole.',
  find: ({ clauses, event }) =>
    clauses.flatMap((clause) => {
      const isList = shapesAt(event, clause)?.some(({ kind }) => kind === 'list');
      return everyTestOf(clause).flatMap(({ operator, operand, path }) => {
        const toMeant = Object.hasOwn(FOR_LISTS, operator) ? FOR_LISTS[operator] : undefined;
        if (!toMeant || !Array.isArray(operand) || operand.length === 0) return [];
        if (operator !== 'contains' && isList) return [];
        const like = LIKE[operator];
        const why = like
          ? `${operator} compares a list with this one as a whole, and any other value with its items as ${like} does`
          : `${operator} looks for an item that equals this list as a whole`;
        return [{ path, message: `${why}: did you mean ${toMeant(operand)}?` }];
      });
    }),
};

export const emptyList: Rule = {
  name: 'empty list',
  about: 'An empty list of allowed values, which no value is in.',
  find: ({ clauses }) =>
    clauses.flatMap((clause) =>
      everyTestOf(clause).flatMap(({ operator, operand, path }) => {
        if (!Array.isArray(operand) || operand.length > 0) return [];
        if (operator === 'in') {
          const message =
            'no value is in an empty list, so it never matches: name the values, or take it out';
          return [{ path, message }];
        }
        if (operator !== 'notIn') return [];
        const message = 'every value is outside of an empty list: name the values, or take it out';
        return [{ path, message }];
      }),
    ),
};

/** Words that a value other than a list meets always or never. */
const NEEDS: Readonly<Record<string, readonly Shape['kind'][]>> = {
  some: ['list', 'any'],
  every: ['list', 'any'],
  none: ['list', 'any'],
  size: ['list', 'text', 'any'],
};

export const listWord: Rule = {
  name: 'items of no list',
  about: 'A word for lists, such as `some` or `size`, where the sender sends no list.',
  find: ({ clauses, event }) =>
    clauses.flatMap((clause) => {
      const { asked, path, field } = clause;
      const above = shapesAt(event, { ...clause, field: field.slice(0, -1) });
      if (asked === undefined || !above) return [];
      const needed = NEEDS[asked] ?? [];
      const isPossible = above.some(
        (shape) =>
          needed.includes(shape.kind) ||
          (shape.kind === 'object' && (shape.isOpen || shape.fields.has(asked))),
      );
      if (isPossible) return [];
      const [kind] = above.map((shape) => shape.kind);
      const message = `${asked} asks ${needed.includes('text') ? 'a list or a text' : 'the items of a list'}, and the sender sends ${toArticle(kind)} here: test the value itself`;
      return [{ path, message }];
    }),
};

function toArticle(kind: string | undefined): string {
  if (kind === 'boolean') return 'true or false';
  return kind === 'object' ? 'an object without such a field' : `a ${kind}`;
}

const OF_ITEMS: readonly string[] = ['eq', 'in', 'contains', 'startsWith', 'endsWith', 'pattern'];

export const objectItems: Rule = {
  name: 'items that are objects',
  about:
    'A plain value for a list whose items are objects: `labels: bug`, `labels: { contains: bug }`.',
  find: ({ clauses, event }) =>
    clauses.flatMap((clause) => {
      const shapes = shapesAt(event, clause) ?? [];
      const item = shapes.flatMap((shape) => (shape.kind === 'list' ? shape.item : []))[0];
      if (item?.kind !== 'object' || shapes.some(({ kind }) => kind !== 'list')) return [];
      return everyTestOf(clause).flatMap(({ operator, operand, path }) => {
        const [value] = Array.isArray(operand) ? operand : [operand];
        if (!OF_ITEMS.includes(operator) || value === undefined || typeof value === 'object')
          return [];
        const name = ['login', 'name', 'id'].find((one) => item.fields.has(one)) ?? '<field>';
        const message = `the items of this list are objects, which ${JSON.stringify(value)} never equals: did you mean some: { ${name}: ${JSON.stringify(operand)} }?`;
        return [{ path, message }];
      });
    }),
};
