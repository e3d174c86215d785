// Sets the event handler of the Web PubSub hub once the app answers: the service asks the app when a
// handler is set, so the template cannot do it. Plain JavaScript without packages, because a hook runs
// on the Node of whoever deploys, which may be any from version 20 on.
import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const API_VERSION = '2024-03-01';

const REQUEST_MS = 30_000;

/** A handler for everything. What somebody has narrowed since is kept. */
const ALL_EVENTS = {
  systemEvents: ['connect', 'connected', 'disconnected'],
  userEventPattern: '*',
};

/**
 * Has the hub send its events to the app, each with a token of the service's identity. It changes
 * nothing that is right already, and keeps the hub's other handlers and settings.
 * @param env outputs of the deployment: WEB_PUBSUB_HUB_URL, WEB_PUBSUB_TOKEN_RESOURCE,
 * SERVICE_API_URI, WEBHOOK_BASE_URL
 * @param log takes a line for whoever deploys
 * @param waitMs how long to wait for the app, and for the service's own check of it
 * @returns `failed` after it has logged why, and what to do by hand; it does not throw
 */
export async function connectWebPubSub({ env, log, waitMs = 300_000, pauseMs = 5000 }) {
  if (!env.WEB_PUBSUB_HUB_URL) return 'skipped';
  const patience = { until: Date.now() + waitMs, pauseMs };
  try {
    await waitForApp(env.SERVICE_API_URI, patience);
    const hub = await openHub(env);
    const { properties = {} } = (await hub.read()) ?? {};
    const wanted = withHandler(properties, toUrl(env), env.WEB_PUBSUB_TOKEN_RESOURCE);
    if (wanted === undefined) return 'unchanged';
    await hub.write(wanted, patience);
    log(`Web PubSub sends the events of its clients to ${toUrl(env)}.`);
    return 'connected';
  } catch (error) {
    log(`Web PubSub does not send events to the app yet: ${error.message}`);
    log(`Mend that and run it again, or set the event handler by hand:\n  ${toCommand(env)}`);
    return 'failed';
  }
}

function toUrl(env) {
  return `${env.WEBHOOK_BASE_URL}/webpubsub`;
}

/** Healthy or not: an app that has anything to say about its health answers the service too. */
async function waitForApp(uri, { until, pauseMs }) {
  for (;;) {
    const answer = await fetch(`${uri}/health`, { signal: AbortSignal.timeout(REQUEST_MS) })
      .then((response) => response.json())
      .catch(() => undefined);
    if (typeof answer?.status === 'string') return;
    if (Date.now() + pauseMs > until) throw new Error(`${uri}/health does not answer`);
    await wait(pauseMs);
  }
}

/** @returns the hub's settings with the handler; undefined where they have it */
function withHandler(properties, url, resource) {
  const handlers = properties.eventHandlers ?? [];
  const found = handlers.find(({ urlTemplate }) => urlTemplate === url);
  const { type, managedIdentity } = found?.auth ?? {};
  if (type === 'ManagedIdentity' && managedIdentity?.resource === resource) return undefined;
  const auth = { type: 'ManagedIdentity', managedIdentity: { resource } };
  const handler = { ...ALL_EVENTS, ...found, urlTemplate: url, auth };
  const eventHandlers = found
    ? handlers.map((one) => (one === found ? handler : one))
    : [...handlers, handler];
  return { ...properties, eventHandlers };
}

/** The hub in Azure's management API, as the account that azd is signed in with. */
async function openHub(env) {
  const url = new URL(`${env.WEB_PUBSUB_HUB_URL}?api-version=${API_VERSION}`);
  const isLocal = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  // The token that is sent there may manage the subscription.
  if (url.protocol !== 'https:' && !isLocal) throw new Error('WEB_PUBSUB_HUB_URL is not https');
  const token = await getToken(`${url.origin}/.default`, env);
  const ask = (target, options = {}) =>
    fetch(target, {
      ...options,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(REQUEST_MS),
    });
  return {
    async read() {
      const response = await ask(url);
      return response.status === 404 ? undefined : toBody(response);
    },
    async write(properties, patience) {
      const response = await ask(url, { method: 'PUT', body: JSON.stringify({ properties }) });
      await toBody(response);
      const operation = response.headers.get('azure-asyncoperation');
      if (operation) await waitForOperation(new URL(operation, url), { ask, url, patience });
    },
  };
}

async function getToken(scope, env) {
  const args = ['auth', 'token', '--scope', scope, '--output', 'json'];
  const { stdout } = await run('azd', args, { env, timeout: REQUEST_MS }).catch(({ code }) => {
    // Not the error itself: it has what the command has printed.
    throw new Error(`"azd auth token" failed (${code}): sign in with "azd auth login"`);
  });
  return JSON.parse(stdout).token;
}

/** The service checks the app meanwhile. */
async function waitForOperation(operation, { ask, url, patience: { until, pauseMs } }) {
  if (operation.origin !== url.origin) return;
  for (;;) {
    const { status, error } = await toBody(await ask(operation));
    if (status === 'Succeeded') return;
    if (status === 'Failed' || status === 'Canceled') throw new Error(toReason(error, status));
    if (Date.now() + pauseMs > until)
      throw new Error('Azure has not set the event handler in time');
    await wait(pauseMs);
  }
}

async function toBody(response) {
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Error(toReason(body.error, `Azure answered ${response.status}`));
}

function toReason(error, otherwise) {
  return error?.message ? `${error.code ?? otherwise}: ${error.message}` : otherwise;
}

function toCommand(env) {
  const [, group, name, hub] =
    /\/resourceGroups\/([^/]+)\/.*\/webPubSub\/([^/]+)\/hubs\/([^/]+)$/i.exec(
      env.WEB_PUBSUB_HUB_URL,
    ) ?? [];
  const events = ALL_EVENTS.systemEvents.map((event) => `system-event=${event}`).join(' ');
  return [
    `az webpubsub hub create --resource-group "${group}" --name "${name}" --hub-name "${hub}"`,
    `--event-handler url-template="${toUrl(env)}" user-event-pattern="*" ${events}`,
    `auth-type=ManagedIdentity auth-resource="${env.WEB_PUBSUB_TOKEN_RESOURCE}"`,
  ].join(' ');
}
