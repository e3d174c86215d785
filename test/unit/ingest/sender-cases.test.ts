import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SignedRequest } from '../../../shared/heddle/testing/receive-delivery.ts';
import { openKeptScene } from '../../helpers/kept-scene.ts';

interface SenderCase {
  readonly secrets: Readonly<Record<string, string>>;
  readonly now?: string;
  readonly requests: readonly SignedRequest[];
}

/** Requests as senders make them, by the names of their files. */
async function deliver(name: string, sources: Readonly<Record<string, object>>) {
  const url = new URL(`../../fixtures/senders/${name}.json`, import.meta.url);
  const {
    secrets,
    requests,
    now = '2026-11-30T12:00:00Z',
  } = JSON.parse(readFileSync(url, 'utf8')) as SenderCase;
  const scene = await openKeptScene({ sources, env: secrets, now: Date.parse(now) / 1000 });
  await using _app = scene.test;
  const statuses = [];
  for (const request of requests) statuses.push((await scene.send(request)).status);
  const text = await scene.readAll();
  return { statuses, text, events: await scene.test.events() };
}

describe('senders', () => {
  it('Stripe: types of API v2 have brackets', async () => {
    const { statuses, events } = await deliver('stripe-v2-bracket-type', { stripe: {} });
    expect(statuses).toEqual([202, 202]);
    expect(events.map(({ type }) => type)).toEqual([
      'v2.core.account[requirements].updated',
      'v2.core.account[configuration.recipient].capability_status_updated',
    ]);
  });

  it('Web PubSub: the password of a client of MQTT is not kept', async () => {
    const { statuses, events, text } = await deliver('webpubsub-mqtt-password-stored', {
      webpubsub: { hub: 'chat', allowedOrigins: ['*'], secrets: ['WPS_KEY'] },
    });
    expect(statuses).toEqual([204]);
    const mqtt = { protocolVersion: 5, username: 'u' };
    const rest = { claims: {}, query: {}, headers: {}, subprotocols: ['mqtt'] };
    expect(events[0]?.data).toEqual({ mqtt, ...rest });
    expect(text).not.toContain('cGFzcw==');
  });

  it('Slack: the verification token is not kept', async () => {
    const { statuses, events, text } = await deliver('slack-verification-token-stored', {
      slack: {},
    });
    expect(statuses).toEqual([200]);
    expect(events[0]?.data).toEqual({
      ...{ team_id: 'T1', command: '/x', text: '' },
      trigger_id: '957bdafb-ab54-4a21-b6d6-779152ed6e9d',
    });
    expect(text).not.toContain('verif-tok');
  });
});
