import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { askFilter } from '../../../shared/heddle/triggers/code/code-filter.ts';
import { runTransform } from '../../../shared/heddle/triggers/code/code-transform.ts';
import { createEvent } from '../../helpers/factories.ts';

const event = createEvent({
  type: 'pull_request.opened',
  data: { text: '/deploy web' },
  fields: { action: 'opened', base_branch: 'main' },
});

describe('the event that code gets', () => {
  it('shows a filter its normalized fields as metadata', () => {
    const filter = askFilter.bind(undefined, ({ type, metadata }) => {
      return type.startsWith('pull_request') && metadata?.action === 'opened';
    });
    expect(filter(event, true)).toBe(true);
    expect(filter(createEvent({ ...event, fields: {} }), true)).toBe(false);
  });

  it('lets no filter change them', () => {
    const spoil = () =>
      askFilter(({ metadata }) => Boolean(Object.assign(metadata, { action: 'x' })), event, true);
    expect(spoil).toThrow('code.filter has thrown');
    expect(event.fields.action).toBe('opened');
  });

  it('shows them to a transform, and has them once in what is written', () => {
    const trigger = { name: 'commands' };
    const given = runTransform(
      trigger,
      ({ metadata }) => ({ branch: metadata.base_branch ?? '' }),
      event,
    );
    expect(given).toEqual({ branch: 'main' });
    const whole = runTransform(trigger, (all) => ({ ...all }) as unknown as JsonObject, event);
    expect(whole.fields).toEqual(event.fields);
    expect(whole).not.toHaveProperty('metadata');
  });
});
