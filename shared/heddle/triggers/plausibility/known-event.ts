import { POLL_SOURCE, SCHEDULE_SOURCE } from '../../domain/built-in-sources.ts';
import { isJsonObject } from '../../domain/json.ts';
import { type Trigger, toTypePatterns } from '../../domain/trigger.ts';
import { listMatching } from './type-names.ts';
import { findVocabulary } from './vocabulary/kinds.ts';
import { type ObjectShape, type Shape, ShapeReader } from './vocabulary/shape.ts';
import type { EventShape, Vocabulary } from './vocabulary/vocabulary.ts';

/** What is known of the events that a trigger takes: any of these shapes. */
export interface KnownEvent {
  /** `github pull_request.opened`, for messages. */
  readonly label: string;
  /** The `event` of conditions, templates and mappings. */
  readonly views: readonly Shape[];
  /** The payload alone, which a filter reads. */
  readonly payloads: readonly Shape[];
  readonly fields: readonly Shape[];
}

const reader = new ShapeReader();

/** @returns undefined where nothing is known, as where one of the types is unknown */
export function toKnownEvent(trigger: Trigger, kind: string | undefined): KnownEvent | undefined {
  if (kind === undefined) return undefined;
  if (kind === SCHEDULE_SOURCE) return toScheduled(trigger);
  const vocabulary = kind === POLL_SOURCE ? undefined : findVocabulary(kind);
  const shapes = vocabulary && findShapes(trigger, vocabulary);
  if (!shapes || shapes.length === 0) return undefined;
  const types = toTypePatterns(trigger).filter((pattern) => pattern !== '*');
  return { label: [trigger.source, types.join(', ')].join(' ').trim(), ...toViews(shapes) };
}

function findShapes(trigger: Trigger, vocabulary: Vocabulary): readonly EventShape[] | undefined {
  const shapes = new Set<EventShape>();
  for (const pattern of toTypePatterns(trigger)) {
    const types = listMatching(vocabulary, pattern);
    const found = types.map((type) => vocabulary.shapeOf(type));
    if (types.length === 0 || found.includes(undefined)) return undefined;
    for (const shape of found) if (shape) shapes.add(shape);
  }
  return [...shapes];
}

function toViews(shapes: readonly EventShape[]): Omit<KnownEvent, 'label'> {
  return {
    views: shapes.map(toView),
    payloads: shapes.map(({ payload }) => payload),
    fields: shapes.map(({ fields }) => fields),
  };
}

const views = new WeakMap<EventShape, ObjectShape>();

/** As `toEventView` lays the payload over the normalized fields. */
function toView(shape: EventShape): ObjectShape {
  const known = views.get(shape);
  if (known) return known;
  const { payload, fields } = shape;
  const all = new Map<string, Shape>([['fields', fields], ...fields.fields, ...payload.fields]);
  const view: ObjectShape = { kind: 'object', isOpen: payload.isOpen, fields: all };
  views.set(shape, view);
  return view;
}

function toScheduled({ name, data = {} }: Trigger): KnownEvent {
  const own = isJsonObject(data) ? Object.keys(data).filter((key) => /^[\w-]+$/.test(key)) : [];
  const notation = ['scheduledTime', 'previousTime', ...own.map((key) => `${key}:?`), '*'];
  const payload = reader.read(notation.join(' '));
  const shapes = [{ payload, fields: reader.read('') }];
  return { label: `the schedule ${name}`, ...toViews(shapes) };
}
