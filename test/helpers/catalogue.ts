import type { Trigger } from '../../shared/heddle/domain/trigger.ts';
import type { Engine } from '../../shared/heddle/pipeline/engine/engine.ts';
import type { TriggerCatalogue as Catalogue } from '../../shared/heddle/triggers/catalogue/index.ts';
import { TriggerCatalogue } from '../../shared/heddle/triggers/catalogue/trigger-catalogue.ts';
import type { TriggerSnapshot } from '../../shared/heddle/triggers/catalogue/trigger-snapshot.ts';
import type { MatchTools } from '../../shared/heddle/triggers/conditions/match-tools.ts';

/** A catalogue with these triggers as its base. */
export function createCatalogue(triggers: readonly Trigger[], tools?: MatchTools): Catalogue {
  const catalogue = new TriggerCatalogue();
  catalogue.replace('base', triggers, tools);
  return catalogue;
}

/** The snapshot of a catalogue with these triggers. */
export function createSnapshot(triggers: readonly Trigger[], tools?: MatchTools): TriggerSnapshot {
  return createCatalogue(triggers, tools).snapshot();
}

/** The engine of another process, which has other triggers. */
export function withTriggers<E extends object>(
  engine: E,
  triggers: readonly Trigger[],
  tools?: MatchTools,
): E & { readonly catalogue: Catalogue } & Pick<Engine, 'triggers' | 'presentTrigger'> {
  const catalogue = createCatalogue(triggers, tools);
  const presentTrigger: Engine['presentTrigger'] = (name) => catalogue.snapshot().get(name);
  return { ...engine, catalogue, triggers: catalogue.snapshot(), presentTrigger };
}
