import type { SpanExporter } from '@opentelemetry/sdk-trace-base';

export type ExportResult = Parameters<Parameters<SpanExporter['export']>[1]>[0];
type Done = (result: ExportResult) => void;

/** The common interface of the SDK's exporters, for batches of spans or metrics. */
interface Exporter<Batch> {
  export(batch: Batch, done: Done): unknown;
  shutdown(): Promise<void>;
}

export interface LazyExporterOptions<Batch> {
  readonly load: () => Promise<Exporter<Batch>>;
  /** Called for every batch, with its error or undefined. */
  readonly onResult: (error: Error | undefined) => void;
}

const SUCCESS = 0;
const FAILED = 1;

/**
 * Loads an exporter with its first batch, so that the start does not pay for it. Errors and
 * rejections of the exporter never leave this class.
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

/**
 * The first outcome counts: some exporters reject in addition to calling back, some call back
 * twice.
 */
async function exportTo<Batch>(exporter: Exporter<Batch>, batch: Batch): Promise<ExportResult> {
  return new Promise<ExportResult>((resolve, reject) => {
    Promise.resolve(exporter.export(batch, resolve)).catch(reject);
  });
}
