export declare function connectWebPubSub(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  readonly waitMs?: number;
  readonly pauseMs?: number;
}): Promise<'skipped' | 'unchanged' | 'connected' | 'failed'>;
