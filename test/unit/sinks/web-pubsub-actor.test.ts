import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { createRecordingSinks, createSinkScene } from '../../helpers/sink-actors.ts';

const { findFaults } = createSinkScene({});
async function sendWith(actor: string, input: JsonObject) {
  const sinks = createRecordingSinks();
  const output = await createSinkScene({ sinks }).run(actor, input);
  return { output, sent: sinks.sent };
}

describe('the web-pubsub actor', () => {
  it.each<[JsonObject, JsonObject]>([
    [{ to: 'all' }, { to: 'all' }],
    [
      { to: 'user', user: 'ada' },
      { to: 'user', user: 'ada' },
    ],
    [
      { to: 'group', group: 'ops' },
      { to: 'group', group: 'ops' },
    ],
  ])('sends to %j', async (target, output) => {
    for (const message of ['text', { a: 1 }, ['b'], 0, false]) {
      expect(await sendWith('web-pubsub', { ...target, message })).toEqual({
        output,
        sent: [['web-pubsub', target, message]],
      });
    }
  });

  it.each<[JsonObject, string]>([
    [{ message: 'a' }, 'to: expected all, user or group'],
    [{ to: 'user', message: 'a' }, 'user: expected a user id'],
    [{ to: 'group', group: '', message: 'a' }, 'group: expected a group, received an empty text'],
    [{ to: 'all' }, 'message: expected a text or any JSON value'],
    [{ to: 'all', user: 'ada', message: 'a' }, 'Unrecognized key: "user"'],
  ])('does not take %j', (input, fault) => {
    expect(findFaults('web-pubsub', input)).toEqual([fault]);
  });
});
