/** What the rules look at of a trigger whose fields are each sound. */
interface Checked {
  readonly source: string;
  readonly debounce?: unknown;
  readonly batch?: unknown;
  readonly orderingKey?: unknown;
  readonly overlap?: unknown;
  readonly persistData: boolean;
}

export interface Contradiction {
  /** The field to change. */
  readonly path: string;
  readonly message: string;
}

/** Fields that mean something with one source alone. */
const FIELDS_OF_SOURCE: Readonly<Record<string, readonly string[]>> = {
  completion: ['sourceActor', 'sourceTrigger', 'status', 'passOutputs', 'outputMapping'],
  manual: ['schema', 'ui'],
};

/** Fields that are sound each, and cannot be meant together. */
export function findContradictions(trigger: Checked): readonly Contradiction[] {
  const { debounce, batch, orderingKey, overlap, persistData } = trigger;
  const gathers = debounce === undefined ? 'batch' : 'debounce';
  const isGathering = debounce !== undefined || batch !== undefined;
  const rules: readonly (readonly [isBroken: boolean, path: string, message: string])[] = [
    [
      debounce !== undefined && batch !== undefined,
      'batch',
      'debounce and batch both make one run of several events: leave one out',
    ],
    [
      isGathering && orderingKey !== undefined,
      'orderingKey',
      `a run of many events has no place in an order: leave this or ${gathers} out`,
    ],
    [
      orderingKey !== undefined && overlap !== undefined && overlap !== 'queue',
      'overlap',
      'with an orderingKey every run waits its turn: leave it out, or say queue',
    ],
    [
      isGathering && !persistData,
      'persistData',
      `the payloads of a ${gathers} must be kept until its run has ended: leave this or ${gathers} out`,
    ],
  ];
  const broken = rules.filter(([isBroken]) => isBroken);
  return [...broken.map(([, path, message]) => ({ path, message })), ...findForeignFields(trigger)];
}

function findForeignFields(trigger: Checked): readonly Contradiction[] {
  const given = trigger as unknown as Readonly<Record<string, unknown>>;
  return Object.entries(FIELDS_OF_SOURCE)
    .filter(([source]) => source !== trigger.source)
    .flatMap(([source, fields]) =>
      fields
        .filter((field) => given[field] !== undefined)
        .map((path) => ({ path, message: `only with "source: ${source}"` })),
    );
}
