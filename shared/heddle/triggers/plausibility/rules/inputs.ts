import { findInputIssues } from '../actor-inputs.ts';
import type { Rule } from '../rule.ts';
import { findPlaceholder, listTexts } from '../texts.ts';

export const actorInput: Rule = {
  name: 'input of an actor',
  about: 'An input that the actor’s schema refuses: an unknown field, a value of a wrong type.',
  find: ({ trigger, surroundings }) =>
    findInputIssues(trigger, surroundings)
      .filter(({ isCertain }) => !isCertain)
      .map(({ path, message }) => ({ path, message })),
};

export const placeholder: Rule = {
  name: 'placeholder',
  about: 'A name in `$` and braces, as shells have it, which nothing replaces.',
  find: ({ trigger: { variables, transform, defaultInputs, data, poll } }) =>
    [
      ...listTexts(variables, ['variables']),
      ...listTexts(transform, ['transform']),
      ...listTexts(defaultInputs, ['defaultInputs']),
      ...listTexts(data, ['data']),
      ...listTexts(poll?.with, ['poll', 'with']),
    ].flatMap(({ path, text }) => {
      const found = findPlaceholder(text);
      if (found === undefined) return [];
      const message = `${found} is sent as it stands, since no setting is put into a text: name a setting in a field for it, such as headerSettings or urlSetting`;
      return [{ path, message }];
    }),
};
