import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { custom } from '../../../shared/heddle/sources/custom/custom.ts';
import { eventgrid } from '../../../shared/heddle/sources/eventgrid/eventgrid.ts';
import { loadSources } from '../../../shared/heddle/sources/load.ts';
import type { SourceKind } from '../../../shared/heddle/sources/source.ts';
import {
  APPLICATION,
  type Authority,
  IDENTITY,
  NOW,
  startAuthority,
} from '../../helpers/entra-authority.ts';
import { createRequest, createSourceOf, type RequestParts, takeIn } from '../../helpers/sources.ts';

const HOOKS = 'api://hooks';
const EVENT_GRID = '4962773b-9cdb-44cf-a8bf-237846a00ab7';

let authority: Authority;
beforeAll(async () => {
  authority = await startAuthority();
});
afterAll(() => authority[Symbol.asyncDispose]());

const create = (kind: SourceKind, settings: JsonObject) => {
  const { senders, fetchText } = authority;
  return createSourceOf(kind, { settings, senders, fetchText });
};

async function statusOf(
  source: ReturnType<typeof create>,
  claims: object,
  { headers, ...parts }: RequestParts = {},
): Promise<number> {
  const token = await authority.sign(authority.claims({ aud: HOOKS, ...claims }));
  const given = { authorization: `Bearer ${token}`, ...headers };
  const request = createRequest({ receivedAt: NOW, ...parts, headers: given });
  return (await takeIn(source, request)).status;
}

describe('a custom source', () => {
  const settings = {
    auth: { kind: 'entra', audience: HOOKS, appid: APPLICATION },
    idFrom: 'body-hash',
  };

  it('takes what the named application sends, and nobody else', async () => {
    const source = create(custom, settings);
    expect(source.missing).toEqual([]);
    const parts = { body: '{"order":1}', headers: { 'content-type': 'application/json' } };
    expect(await statusOf(source, {}, parts)).toBe(202);
    expect(await statusOf(source, { appid: IDENTITY }, parts)).toBe(401);
    expect(await statusOf(source, { aud: 'api://other' }, parts)).toBe(401);
    expect((await takeIn(source, createRequest({ receivedAt: NOW, ...parts }))).status).toBe(401);
  });

  it('must say for whom and by whom', () => {
    const load = (auth: JsonObject) =>
      loadSources({ value: { sources: { orders: { kind: 'custom', auth } } }, locate: () => 1 }, [
        custom,
      ]).faults.map(({ message }) => message);
    expect(load({ kind: 'entra', appid: APPLICATION })).toEqual([
      expect.stringContaining('auth.audience'),
    ]);
    expect(load({ kind: 'entra', audience: HOOKS })).toEqual([
      expect.stringContaining('"oid" or "appid"'),
    ]);
    expect(load({ kind: 'entra', audience: HOOKS, oid: IDENTITY })).toEqual([]);
  });
});

describe('Event Grid with a protected webhook', () => {
  const auth = { kind: 'entra', audience: HOOKS };
  const event = {
    ...{ id: '1', eventType: 'orders.placed', subject: 's', dataVersion: '1', topic: '/t' },
    ...{ eventTime: '2026-11-30T12:00:00Z', data: {} },
  };
  const delivery = {
    body: JSON.stringify([event]),
    headers: { 'content-type': 'application/json' },
  };

  it('is Event Grid, not any application that gets a token for the same audience', async () => {
    const source = create(eventgrid, { auth });
    expect(source.missing).toEqual([]);
    expect(await statusOf(source, { appid: EVENT_GRID }, delivery)).toBe(202);
    expect(await statusOf(source, {}, delivery)).toBe(401);
    const v2 = { iss: `${authority.host}/${authority.senders.tenant}/v2.0` };
    expect(await statusOf(source, { ...v2, appid: undefined, azp: EVENT_GRID }, delivery)).toBe(
      202,
    );
  });

  it('is another application where that is named, as in other clouds', async () => {
    const source = create(eventgrid, { auth: { ...auth, appid: APPLICATION } });
    expect(await statusOf(source, {}, delivery)).toBe(202);
    expect(await statusOf(source, { appid: EVENT_GRID }, delivery)).toBe(401);
  });

  it('proves itself in both handshakes, or is allowed to ask by its origin', async () => {
    const source = create(eventgrid, { auth });
    const validation = {
      ...event,
      ...{ eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent' },
      data: { validationCode: 'code' },
    };
    const first = { ...delivery, body: JSON.stringify([validation]) };
    expect(await statusOf(source, { appid: EVENT_GRID }, first)).toBe(200);
    expect(await statusOf(source, {}, first)).toBe(401);
    const headers = { 'webhook-request-origin': 'eventgrid.azure.net' };
    const asks = { method: 'OPTIONS', headers };
    expect(await statusOf(source, { appid: EVENT_GRID }, asks)).toBe(200);
    expect(await statusOf(source, {}, asks)).toBe(401);
    const open = create(eventgrid, { auth, allowedOrigins: ['eventgrid.azure.net'] });
    const unproven = createRequest({ ...asks, receivedAt: NOW });
    expect((await takeIn(open, unproven)).status).toBe(200);
    expect((await takeIn(source, unproven)).status).toBe(401);
  });
});
