import { type Message, parseMessage } from '../../domain/message.ts';
import { TerminalError } from '../../errors/errors.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { dispatchRun, giveUpRunMessage } from '../attempts/index.ts';
import type { GivenUp } from '../completion/index.ts';
import type { Engine } from '../engine/index.ts';
import { giveUpLine, lookAtLine } from '../limits/index.ts';
import { dispatchPoll, giveUpPoll } from '../polls/index.ts';
import { dispatchReplay, giveUpReplay } from '../replays/index.ts';
import { dispatchEvent } from './dispatch-event.ts';
import { giveUpEvent } from './give-up-event.ts';

export interface Dispatched {
  /** False where another message had recorded the event. */
  readonly isNew: boolean;
}

interface MessageKind<M extends Message> {
  /** Throws when something could not be recorded: the message must come again. */
  handle(engine: Engine, message: M, delivery: Delivery): Promise<Dispatched> | Promise<void>;
  /** Records what only this message would have carried on, before it is gone. */
  giveUp(engine: Engine, message: M, givenUp: GivenUp): Promise<void>;
}

type MessageKinds = {
  readonly [K in Message['kind']]: MessageKind<Extract<Message, { kind: K }>>;
};

/** Every kind of message of the queue. A new kind is a row here and a shape in `domain/message.ts`. */
const MESSAGE_KINDS: MessageKinds = {
  event: { handle: dispatchEvent, giveUp: giveUpEvent },
  run: { handle: dispatchRun, giveUp: giveUpRunMessage },
  line: { handle: lookAtLine, giveUp: giveUpLine },
  poll: { handle: dispatchPoll, giveUp: giveUpPoll },
  replay: { handle: dispatchReplay, giveUp: giveUpReplay },
};

export function findKind({ kind }: Message): MessageKind<Message> {
  return MESSAGE_KINDS[kind];
}

type Read =
  | { readonly message: Message; readonly fault?: undefined }
  | { readonly message?: undefined; readonly fault: string };

/** Parses a message. A message that cannot be read never can be: a person has to look at it. */
export function readMessage(body: string): Read {
  try {
    return { message: parseMessage(body) };
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    return { fault: error.message };
  }
}
