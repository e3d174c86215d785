import type { Trigger } from '../../../domain/trigger.ts';
import type { Doubt } from '../doubt.ts';
import type { Rule } from '../rule.ts';
import { listTexts, type Text } from '../texts.ts';

const IS_PATH = /^\s*\$(?:\.\.?[A-Za-z_*]|\[)/;
const IS_TEMPLATE = /\{\{.*\}\}|\{%.*%\}/s;
/** A path of a template, without its braces, and nothing else. */
const IS_BARE = /^\s*(event|fields|trigger|item)(\.[A-Za-z_]\w*|\[[^\]]+\])+\s*$/;
/** One brace in place of two. */
const ONE_BRACE = /(?<![{$])\{\s*((?:event|fields|trigger|item)\.[\w.]+)\s*\}(?!\})/;

function toItemKey(forEach: Trigger['forEach']): string | undefined {
  return typeof forEach === 'object' ? forEach.key : undefined;
}

function look(texts: readonly Text[], find: (text: string, at: Text) => string | undefined) {
  return texts.flatMap((one): readonly Doubt[] => {
    const { path, text } = one;
    const message = find(text, one);
    return message === undefined ? [] : [{ path, message }];
  });
}

export const pathInText: Rule = {
  name: 'path in a text',
  about:
    'A JSONPath where none is followed: `$.id` in `variables`, `transform` or `defaultInputs`.',
  find: ({ trigger: { variables, transform, defaultInputs } }) =>
    look(
      [
        ...listTexts(variables, ['variables']),
        ...listTexts(transform, ['transform']),
        ...listTexts(defaultInputs, ['defaultInputs']),
      ],
      (text) => {
        if (!IS_PATH.test(text)) return undefined;
        const path = text.trim().replace(/^\$\.?/, '');
        return `${text.trim()} is sent as this text: write it under inputMapping, or {{ event.${path} }} under variables`;
      },
    ),
};

export const templateInText: Rule = {
  name: 'template in a fixed text',
  about:
    'A template where none is rendered: in `defaultInputs`, `conditions`, `data` or `poll.with`.',
  find: ({ trigger }) => {
    const { defaultInputs, conditions, filter, data, poll, outputMapping } = trigger;
    const isTemplate = (text: string) => IS_TEMPLATE.test(text);
    const expressions = (texts: readonly Text[]) =>
      texts.filter(({ path }) => path.at(-1) !== 'expression');
    return [
      ...look(listTexts(defaultInputs, ['defaultInputs']), (text) =>
        isTemplate(text)
          ? 'no template is rendered here, so it is sent as it stands: move it to variables'
          : undefined,
      ),
      ...look(
        expressions([
          ...listTexts(conditions, ['conditions']),
          ...(typeof filter === 'object' ? listTexts(filter, ['filter']) : []),
        ]),
        (text) =>
          isTemplate(text)
            ? 'no template is rendered here, so the value is compared with these characters: write an expression, such as expression: "event.a == event.b"'
            : undefined,
      ),
      ...look([...listTexts(data, ['data']), ...listTexts(poll?.with, ['poll', 'with'])], (text) =>
        isTemplate(text) ? 'no template is rendered here: write the value itself' : undefined,
      ),
      ...look(listTexts(outputMapping, ['outputMapping']), (text) =>
        isTemplate(text)
          ? 'no template is rendered here: name a key of the output, or its path such as $.id'
          : undefined,
      ),
    ];
  },
};

export const bareTemplate: Rule = {
  name: 'template without braces',
  about: 'A path of a template without `{{ }}`: `event.id`, `{ event.id }`.',
  find: ({ trigger }) => {
    const { variables, transform, defaultInputs, debounce, batch, dedupe } = trigger;
    const { orderingKey, concurrencyKey, throttle, forEach } = trigger;
    const inputs = [
      ...listTexts(variables, ['variables']),
      ...listTexts(transform, ['transform']),
      ...listTexts(defaultInputs, ['defaultInputs']),
    ];
    const keys = [
      ...listTexts({ orderingKey, concurrencyKey }, []),
      ...listTexts(debounce?.key, ['debounce', 'key']),
      ...listTexts(batch?.key, ['batch', 'key']),
      ...listTexts(dedupe?.key, ['dedupe', 'key']),
      ...listTexts(throttle?.key, ['throttle', 'key']),
      ...listTexts(toItemKey(forEach), ['forEach', 'key']),
    ];
    return look([...inputs, ...keys], (text) => {
      const [, braced] = ONE_BRACE.exec(text) ?? [];
      if (braced !== undefined) return `one brace begins no template: write {{ ${braced} }}`;
      if (!IS_BARE.test(text)) return undefined;
      return `it is the text "${text.trim()}" for every event: write {{ ${text.trim()} }} under variables`;
    });
  },
};

export const dollarKey: Rule = {
  name: 'key without a template',
  about:
    'A key that has no template, and so is the same for every event: `dedupe: { key: order_id }`.',
  find: ({ trigger: { dedupe, orderingKey, throttle, forEach } }) =>
    look(
      [
        ...listTexts(dedupe?.key, ['dedupe', 'key']),
        ...listTexts(orderingKey, ['orderingKey']),
        ...listTexts(throttle?.key, ['throttle', 'key']),
        ...listTexts(toItemKey(forEach), ['forEach', 'key']),
      ],
      (text, { path }) => {
        if (/\{[{%]/.test(text) || ONE_BRACE.test(text)) return undefined;
        const root = path[0] === 'forEach' ? 'item' : 'event';
        return `it is the same for every ${root}: did you mean {{ ${root}.${text.replace(/^\W+|\W+$/g, '')} }}?`;
      },
    ),
};
