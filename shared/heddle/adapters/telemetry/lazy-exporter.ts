import type { SpanExporter } from '@opentelemetry/sdk-trace-base';

export type ExportResult = Parameters<Parameters<SpanExporter['export']>[1]>[0];
type Done = (result: ExportResult) => void;

/** What every exporter of the SDK can do with a batch, be it of spans or of metrics. */
interface Exporter<Batch> {
  export(batch: Batch, done: Done): unknown;
  shutdown(): Promise<void>;
}

export interface LazyExporterOptions<Batch> {
  readonly load: () => Promise<Exporter<Batch>>;
  /** Told of every batch: of its error, or of none. */
  readonly onResult: (error: Error | undefined) => void;
}

const SUCCESS = 0;
const FAILED = 1;

/**
 * Loads an exporter with the first batch that it is to send: the start does not pay for it. Nothing
 * that an exporter throws, or rejects with, gets past here.
 */
export class LazyExporter<Batch> {
  readonly #options: LazyExporterOptions<Batch>;
  #loading: Promise<Exporter<Batch>> | undefined;

  constructor(options: LazyExporterOptions<Batch>) {
    this.#options = options;
  }

  export(batch: Batch, done: Done): void {
    void this.#send(batch).then(done);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    const exporter = await this.#loading?.catch(() => undefined);
    await exporter?.shutdown();
  }

  async #send(batch: Batch): Promise<ExportResult> {
    let result: ExportResult;
    try {
      this.#loading ??= this.#options.load();
      result = await exportTo(await this.#loading, batch);
    } catch (error) {
      result = { code: FAILED, error: error instanceof Error ? error : new Error(String(error)) };
    }
    const error = result.error ?? new Error('the batch was not taken');
    this.#options.onResult(result.code === SUCCESS ? undefined : error);
    return result;
  }
}

/** Some are async, and may reject beside calling back; some call back twice. The first counts. */
async function exportTo<Batch>(exporter: Exporter<Batch>, batch: Batch): Promise<ExportResult> {
  return new Promise<ExportResult>((resolve, reject) => {
    Promise.resolve(exporter.export(batch, resolve)).catch(reject);
  });
}
