import type { AppRegistry, RegisteredFunction } from './app-registry.ts';
import type { Binding, FunctionCallback, FunctionMetadata } from './core-types.ts';

/** A valid function, with the values that each invocation needs computed beforehand. */
export interface HostedFunction {
  readonly name: string;
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
  readonly entryPoint: string;
  /** The lower-cased binding type, such as `httptrigger`. */
  readonly triggerType: string;
  readonly triggerName: string;
  readonly trigger: Binding;
  /** Count of invocations in progress. */
  running: number;
}

export interface FunctionIndex {
  functions: HostedFunction[];
  /** The reason why a function does not run, by its name. The others run. */
  errors: Map<string, string>;
}

// https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script/Utility.cs
const functionName = /^(?!host$)[a-z][a-z0-9_-]{0,127}$/i;
const bindingName = /^([a-zA-Z][a-zA-Z0-9]{0,127}|\$return)$/;

/** Sorts by name ignoring case: the order in which HTTP routes are tried. */
export function indexFunctions(registry: AppRegistry): FunctionIndex {
  const index: FunctionIndex = { functions: [], errors: new Map() };
  for (const registered of registry.functions.values()) {
    const { name } = registered.metadata;
    const fault = findFault(registered.metadata);
    if (fault) index.errors.set(name, fault);
    else index.functions.push(toHostedFunction(registered));
  }
  index.functions.sort((a, b) => compareIgnoringCase(a.name, b.name));
  return index;
}

// Like OrderBy(f => f.Name, StringComparer.OrdinalIgnoreCase): upper-cased code units, not a
// locale.
function compareIgnoringCase(a: string, b: string): number {
  const [left, right] = [a.toUpperCase(), b.toUpperCase()];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function findFault(metadata: FunctionMetadata): string | undefined {
  if (!functionName.test(metadata.name)) {
    return `'${metadata.name}' is not a valid function name: a letter, then letters, digits, - or _.`;
  }
  const wrong = Object.keys(metadata.bindings).find((name) => !bindingName.test(name));
  if (wrong !== undefined) {
    return `The binding name ${wrong} is invalid: a letter, then letters or digits.`;
  }
  if (!findTrigger(metadata)) return 'It has no trigger.';
  return undefined;
}

function findTrigger(metadata: FunctionMetadata): [string, Binding] | undefined {
  return Object.entries(metadata.bindings).find(([, binding]) =>
    /trigger$/i.test(binding.type ?? ''),
  );
}

function toHostedFunction({ metadata, callback, entryPoint }: RegisteredFunction): HostedFunction {
  const [triggerName, trigger] = findTrigger(metadata) ?? ['', {}];
  return {
    name: metadata.name,
    metadata,
    callback,
    entryPoint,
    triggerType: (trigger.type ?? '').toLowerCase(),
    triggerName,
    trigger,
    running: 0,
  };
}

/** Finds a binding next to the trigger that only a real host can serve. */
export function findForeignBinding(fn: HostedFunction): string | undefined {
  for (const [name, binding] of Object.entries(fn.metadata.bindings)) {
    if (name === fn.triggerName) continue;
    if (binding.direction === 'out' && binding.type?.toLowerCase() === 'http') continue;
    return `${binding.direction === 'out' ? 'output' : 'input'} binding "${binding.type}"`;
  }
  return undefined;
}
