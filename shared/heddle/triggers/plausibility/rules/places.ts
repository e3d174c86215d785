import { isIP } from 'node:net';
import type { Doubt } from '../doubt.ts';
import type { Rule, Subject } from '../rule.ts';
import { listTexts, type Text } from '../texts.ts';

/** Texts that are used as they stand, on the machine that runs the trigger. */
function listFixed({
  trigger: { defaultInputs, variables, poll, data },
}: Subject): readonly Text[] {
  return [
    ...listTexts(defaultInputs, ['defaultInputs']),
    ...listTexts(variables, ['variables']),
    ...listTexts(data, ['data']),
    ...listTexts(poll?.with, ['poll', 'with']),
  ];
}

const URL_START = /^https?:\/\/[^/?#{}\s]+/i;

export const insideUrl: Rule = {
  name: 'address inside',
  about:
    'The URL of this machine or of a private network, in a file that is deployed or without `HEDDLE_HTTP_ALLOW`.',
  find(subject) {
    const { surroundings, trigger } = subject;
    const isRequest = surroundings.inputs[trigger.actor]?.isSink || trigger.poll;
    if (!isRequest) return [];
    return listFixed(subject).flatMap(({ path, text }) => {
      const [start] = URL_START.exec(text.trim()) ?? [];
      const host = start && isUrlField(path) ? URL.parse(start)?.hostname : undefined;
      const where = host === undefined ? undefined : findInside(host);
      if (host === undefined || where === undefined) return [];
      const message = findRefusal(host, where, surroundings);
      return message === undefined ? [] : [{ path, message }];
    });
  },
};

/** A URL in a message is for whoever reads it. */
function isUrlField(path: readonly unknown[]): boolean {
  return path.at(-1) === 'url';
}

function findRefusal(
  host: string,
  where: string,
  { isDeployed = false, mayReach }: Subject['surroundings'],
): string | undefined {
  if (isDeployed && where === LOOPBACK) {
    return `${host} is the machine that it is deployed to, not yours: write the address of the service`;
  }
  if (mayReach === undefined ? !isDeployed : mayReach(host)) return undefined;
  return `${host} is an address of ${where}, where no request goes unless HEDDLE_HTTP_ALLOW names it`;
}

const LOOPBACK = 'this machine';

function findInside(name: string): string | undefined {
  const host = name.replace(/^\[|\]$/g, '').toLowerCase();
  const isLocal = ['localhost', '0.0.0.0', '::1', 'host.docker.internal'].includes(host);
  if (isLocal || host.endsWith('.localhost') || /^127\./.test(host)) return LOOPBACK;
  if (isIP(host) === 0) return undefined;
  const isPrivate = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cd]|fe80:)/.test(
    host,
  );
  return isPrivate ? 'a private network' : undefined;
}

const LAPTOP = /^(?:file:\/\/)?(?:[A-Za-z]:[\\/]|\/Users\/|\/home\/|~\/|\/mnt\/c\/|\\\\)/;

export const laptopPath: Rule = {
  name: 'path of a laptop',
  about: 'A path of somebody’s own machine in a file that is deployed: `/Users/jo/in`, `C:\\in`.',
  find(subject) {
    if (!subject.surroundings.isDeployed) return [];
    return listFixed(subject).flatMap(({ path, text }): readonly Doubt[] => {
      if (!LAPTOP.test(text)) return [];
      const message = `${text} is a path of somebody’s own machine, and the deployed app has none like it: write a path that is there`;
      return [{ path, message }];
    });
  },
};
