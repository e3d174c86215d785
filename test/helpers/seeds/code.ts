import { readdir } from 'node:fs/promises';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { createFileWatcher } from './file-watcher.ts';

/** Registers the code that belongs to triggers of the file. */
export function createCode() {
  const runtime = createRuntime();
  runtime.extendTrigger('my-trigger', { filter: (event) => event.type === 'important' });
  runtime.extendTrigger('slack-commands', {
    transform: ({ fields: { text, user = null } }) => {
      const [command = '', ...args] = String(text).split(' ');
      return { command, args, userId: user };
    },
  });
  runtime.registerPoller(createFileWatcher(readdir));
  return runtime;
}
