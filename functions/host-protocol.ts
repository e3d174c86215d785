import type { Answer } from './reply.ts';

/** A value in the protocol between host and worker. */
export interface TypedData {
  readonly string?: string | null;
  readonly json?: string | null;
}

/** What the host tells of a trigger besides its input. */
export type TriggerMetadata = Readonly<Record<string, TypedData>>;

/** The part of a request that is known before its body is read. Header names are in lower case. */
export interface RawHead {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
}

export interface RawRequest extends RawHead {
  readonly body: Buffer;
  readonly traceparent: string | undefined;
}

export type RawHandler = (request: RawRequest) => Promise<Answer>;

export type Nullable = Readonly<Record<string, { readonly value?: string | null }>>;

/** An HTTP request in the protocol between host and worker. */
export interface HttpData {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly nullableHeaders?: Nullable;
  readonly query?: Readonly<Record<string, string>>;
  readonly nullableQuery?: Nullable;
  readonly params?: Readonly<Record<string, string>>;
  readonly nullableParams?: Nullable;
  readonly body?: { readonly bytes?: Uint8Array; readonly string?: string } | null;
}

export interface Invocation {
  readonly invocationId: string;
  readonly metadata: {
    readonly name?: string;
    readonly bindings?: Readonly<
      Record<string, { readonly type?: string; readonly route?: unknown }>
    >;
  };
  readonly request: {
    readonly triggerMetadata?: TriggerMetadata;
    readonly inputData?: readonly { readonly data?: { readonly http?: HttpData } }[];
    readonly traceContext?: { readonly traceParent?: string };
  };
}

export interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[]): Promise<unknown>;
  getResponse(context: object, answer: unknown): Promise<object>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getCapabilities?(defaults: object): object | Promise<object>;
  getInvocationModel(context: Invocation): InvocationModel | Promise<InvocationModel>;
  /** Asked by the local host alone, before it reads a body; Microsoft's worker ignores it. */
  answerHead?(functionName: string, http: HttpData): object | undefined;
}
