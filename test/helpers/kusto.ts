import { createRequire } from 'node:module';
import { AZURE_MONITOR_TABLES } from '../fixtures/azure-monitor-tables.ts';

interface Diagnostic {
  readonly Severity: string;
  readonly Message: string;
}

/** The part of Kusto's language service that is used. Its own types are 1.7 MB. */
interface Language {
  readonly KustoCode: {
    ParseAndAnalyze(
      query: string,
      globals: object,
    ): { GetDiagnostics(): { readonly Count: number; getItem(index: number): Diagnostic } };
  };
  readonly GlobalState: { readonly Default: { WithDatabase(database: object): object } };
  readonly Symbols: {
    readonly TableSymbol: { From(schema: string): { WithName(name: string): object } };
    readonly DatabaseSymbol: { readonly ctor: new (name: string, tables: object[]) => object };
  };
}

let loaded: { readonly language: Language; readonly globals: object } | undefined;

/**
 * Analyses a query as Azure Monitor would, by the documented columns of its tables.
 * @returns what is wrong with it, such as `Error: The name 'Nam' does not refer to any known column`
 */
export function analyseQuery(query: string): readonly string[] {
  loaded ??= load();
  const { language, globals } = loaded;
  const found = language.KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return Array.from({ length: found.Count }, (_, index) => {
    const { Severity, Message } = found.getItem(index);
    return `${Severity}: ${Message}`;
  });
}

/** The package is two scripts that put what they have into global names. */
function load() {
  const require = createRequire(import.meta.url);
  require('@kusto/language-service-next/bridge.min.js');
  require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
  const { Language: language } = (globalThis as unknown as { Kusto: { Language: Language } }).Kusto;
  const { TableSymbol, DatabaseSymbol } = language.Symbols;
  const tables = Object.entries(AZURE_MONITOR_TABLES).map(([name, columns]) =>
    TableSymbol.From(`(${columns})`).WithName(name),
  );
  const database = new DatabaseSymbol.ctor('workspace', tables);
  return { language, globals: language.GlobalState.Default.WithDatabase(database) };
}
