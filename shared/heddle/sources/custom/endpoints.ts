import type { Endpoint } from './endpoint.ts';

/** Code of custom sources by their names in the triggers file: see `defineEndpoint`. */
export const endpoints: Readonly<Record<string, Endpoint>> = {};
