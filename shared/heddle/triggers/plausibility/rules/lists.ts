import type { Json } from '../../../domain/json.ts';
import type { Rule } from '../rule.ts';
import { shapesAt } from '../shapes-at.ts';
import { everyTestOf } from '../tests-of.ts';

const FOR_LISTS: Readonly<Record<string, (list: Json) => string>> = {
  eq: (list) => `in: ${JSON.stringify(list)}`,
  ne: (list) => `notIn: ${JSON.stringify(list)}`,
  contains: (list) =>
    `any: [${(list as readonly Json[]).map((item) => `{ contains: ${JSON.stringify(item)} }`).join(', ')}]`,
};

export const listOperand: Rule = {
  name: 'list',
  about: 'A list under `eq`, `ne` or `contains`, which compare with the list as a whole.',
  find: ({ clauses, event }) =>
    clauses.flatMap((clause) => {
      const isList = shapesAt(event, clause)?.some(({ kind }) => kind === 'list');
      return everyTestOf(clause).flatMap(({ operator, operand, path }) => {
        const toMeant = Object.hasOwn(FOR_LISTS, operator) ? FOR_LISTS[operator] : undefined;
        if (!toMeant || !Array.isArray(operand) || operand.length === 0) return [];
        if (operator !== 'contains' && isList) return [];
        const message = `${operator} compares with the list as a whole: did you mean ${toMeant(operand)}?`;
        return [{ path, message }];
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
