import { app as host } from '@azure/functions';
import type { App } from '../shared/heddle/composition/open-app.ts';
import type { Mode } from '../shared/heddle/config/mode.ts';
import { InvariantError } from '../shared/heddle/errors/errors.ts';
import { sourceKinds } from '../shared/heddle/sources/kinds.ts';
import { createRawApi, registerApi } from './api.ts';
import { createHeadAnswer, createHeadCheck } from './heads.ts';
import type { RawHandler } from './host-protocol.ts';
import { serveRaw } from './raw-http.ts';
import { registerConnectorQueues, registerHeartbeat, registerMessages } from './register-queues.ts';
import { toProblem } from './reply.ts';
import { createOwnWebhook, createWebhook, toHttpHandler, toRawHandler } from './webhooks.ts';

/**
 * Registers every function of the product. The app is opened after the host has registered them all
 * and before it calls any.
 */
export function registerFunctions(open: () => Promise<App>, mode: Mode): void {
  let opened: App | undefined;
  const app = (): App => {
    if (opened) return opened;
    throw new InvariantError('a function was called before the app was open');
  };
  if (mode.isStreaming) host.setup({ enableHttpStream: true });
  registerWebhooks(app);
  registerApi(app);
  if (mode.isOnServiceBus) registerHeartbeat(app);
  if (mode.isOnServiceBus && mode.isDispatching) registerMessages(app);
  registerConnectorQueues(app, mode.queues);
  host.hook.appStart(async () => {
    opened = await open();
    opened.guard();
    const description = await opened.describe();
    if (description !== undefined) console.log(`\n${description}\n`);
  });
  host.hook.appTerminate(() => opened?.stop());
}

/** The function of all kinds of sources that the app defines. */
const OWN_KINDS = 'webhooks-zz-own-kinds';

/** Registers one function per source kind; `name` tells the sources of one kind apart. */
function registerWebhooks(app: () => App): void {
  const raw = new Map<string, RawHandler>();
  const kinds = new Map<string, string | undefined>([[OWN_KINDS, undefined]]);
  for (const { kind, methods } of sourceKinds) {
    const answer = createWebhook(app, kind);
    const name = `webhooks-${kind}`;
    raw.set(name, toRawHandler(answer));
    kinds.set(name, kind);
    host.http(name, {
      route: `webhooks/${kind}/{name?}`,
      methods: [...methods],
      authLevel: 'anonymous',
      handler: toHttpHandler(answer),
    });
  }
  registerOwnKinds(app, raw);
  serveRaw(raw, undefined, {
    answerHead: createHeadAnswer(app, kinds),
    streaming: {
      handlers: new Map([...raw, ...createRawApi(app)]),
      checkHead: createHeadCheck(app, kinds),
      toProblem: (error) => toProblem(error, app().logger),
    },
  });
}

/**
 * Registers one function for all kinds of sources that the app defines in code: functions are
 * registered before the app is loaded, which is most of a cold start. The host tries routes in the
 * order of the functions' names and takes the first that matches, so this name sorts after every
 * `webhooks-<kind>`, whose route it would hide otherwise. It takes every method that a kind may have.
 */
function registerOwnKinds(app: () => App, raw: Map<string, RawHandler>): void {
  const answer = createOwnWebhook(app);
  raw.set(OWN_KINDS, toRawHandler(answer));
  host.http(OWN_KINDS, {
    route: 'webhooks/{kind}/{name?}',
    methods: ['GET', 'POST', 'PUT', 'OPTIONS'],
    authLevel: 'anonymous',
    handler: toHttpHandler(answer),
  });
}
