import type { Doubt, Path } from '../doubt.ts';
import type { Rule } from '../rule.ts';
import { listTexts } from '../texts.ts';

export const unsetSetting: Rule = {
  name: 'setting',
  about: 'An app setting that the trigger names and that is not set.',
  find: ({ trigger: { defaultInputs, poll, enabled }, surroundings: { isSet } }) => {
    if (!isSet || !enabled) return [];
    return [
      ...listTexts(defaultInputs, ['defaultInputs']),
      ...listTexts(poll?.with, ['poll', 'with']),
    ].flatMap(({ path, text }): readonly Doubt[] => {
      if (!isName(path, text) || isSet(text)) return [];
      return [{ path, message: `the app setting ${text} is not set: set it, or correct its name` }];
    });
  },
};

/** `webhookSetting: NAME`, `headerSettings: { Authorization: NAME }`. */
function isName(path: Path, text: string): boolean {
  const inner = path.slice(path[0] === 'poll' ? 2 : 1);
  const isNamed = /Setting$/.test(String(inner[0])) || /Settings$/.test(String(inner[0]));
  return isNamed && /^\w+$/.test(text);
}
