import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { CosmosCounts } from './counts.ts';
import type { CosmosFault, CosmosFaults } from './faults.ts';
import { toOperation } from './operation.ts';

export interface FrontOptions {
  readonly listener: RequestListener;
  readonly counts: CosmosCounts;
  readonly faults: CosmosFaults;
}

/** Wraps the emulator to count what succeeds and to inject planned faults before or after it. */
export function createFront({ listener, counts, faults }: FrontOptions): RequestListener {
  return (request, response) => {
    const operation = toOperation(request);
    const fault = faults.take(operation);
    if (fault !== undefined && fault !== 'lose-answer') return spoil(request, response, fault);
    onAnswer(response, (send) => {
      if (response.statusCode < 300) counts.note(operation);
      if (fault === 'lose-answer') request.socket.destroy();
      else send();
    });
    listener(request, response);
  };
}

function onAnswer(response: ServerResponse, decide: (send: () => void) => void): void {
  const end = response.end.bind(response) as (body: string) => void;
  const replacement = (body: string) => {
    decide(() => end(body));
    return response;
  };
  response.end = replacement as typeof response.end;
}

function spoil(
  request: IncomingMessage,
  response: ServerResponse,
  fault: Exclude<CosmosFault, 'lose-answer'>,
): void {
  request.resume();
  if (fault === 'drop') request.socket.destroy();
  if (typeof fault !== 'object') return;
  response.statusCode = fault.status;
  response.setHeader('content-type', 'application/json');
  if (fault.retryAfterMs !== undefined) {
    response.setHeader('x-ms-retry-after-ms', fault.retryAfterMs);
  }
  response.end(JSON.stringify({ code: String(fault.status), message: 'A fault was planned.' }));
}
