import { betweenRooms, files, inside, ofPackage, own, type Pair, type Plant } from './plant.ts';
import { ROOMS, STOREYS } from './room-table.ts';

const circle = [own('domain/circle.ts'), own('domain/circle-back.ts')] as const;
const deep = own('pipeline/documents/deep.ts');
const late = own('pipeline/engine/late.ts');
const composition = own('composition/planted.ts');

const ofFiles: Readonly<Record<string, Pair>> = {
  'no-cycles': files(circle[0], circle[1], own('domain/words.ts')),
  unresolvable: files(own('domain/lost.ts'), './nowhere.ts', own('domain/words.ts')),
  'nothing-from-test': {
    broken: { from: 'infra/planted.ts', to: 'test/helpers/planted.ts' },
    legal: { from: 'test/unit/planted.ts', to: 'test/helpers/planted.ts' },
  },
  faces: {
    broken: { from: own('pipeline/engine/planted.ts'), to: deep },
    legal: { from: late, to: deep, dynamic: true },
  },
  'faces-from-outside': files('infra/planted.ts', deep, own('pipeline/documents/index.ts')),
};

const ofPackages: Readonly<Record<string, Pair>> = {
  'no-dev-dependencies-in-the-product': {
    broken: ofPackage(own('actors/planted.ts'), 'vitest'),
    legal: ofPackage(own('cli/planted.ts'), 'vitest'),
  },
  'azure-data-sdks-in-their-adapters': {
    broken: ofPackage(composition, '@azure/cosmos'),
    legal: ofPackage(own('adapters/azure/planted.ts'), '@azure/cosmos'),
  },
  'telemetry-sdks-in-their-adapter': {
    broken: ofPackage(composition, '@opentelemetry/api'),
    legal: ofPackage(own('adapters/telemetry/planted.ts'), '@opentelemetry/api'),
  },
  'functions-sdk-in-functions': {
    broken: ofPackage(composition, '@azure/functions'),
    legal: ofPackage('functions/planted.ts', '@azure/functions'),
  },
  'zod-alone-in-the-domain': {
    broken: ofPackage(own('domain/planted.ts'), 'yaml'),
    legal: ofPackage(own('domain/planted.ts'), 'zod'),
  },
};

const ofStoreys: Readonly<Record<string, Pair>> = {
  'errors-stand-alone': inside('errors/planted.ts', 'domain/words.ts', 'errors/codes.ts'),
  'domain-knows-itself': inside('domain/planted.ts', 'ports/clock.ts', 'errors/codes.ts'),
  'ports-know-the-domain': inside('ports/planted.ts', 'adapters/planted.ts', 'domain/words.ts'),
  'config-knows-ports': inside(
    ...['config/planted.ts', 'actors/actor.ts', 'connectors/connectors.ts'],
  ),
  'sources-know-the-domain': inside('sources/planted.ts', 'actors/actor.ts', 'ports/clock.ts'),
  'connectors-know-domain-ports-and-the-base-of-actors': inside(
    ...['connectors/planted.ts', 'config/config.ts', 'actors/actor.ts'],
  ),
  'connectors-know-no-other-connector': inside(
    ...['connectors/one/planted.ts', 'connectors/other/index.ts', 'connectors/connector.ts'],
  ),
  'connectors-by-their-table': inside(
    ...['composition/planted.ts', 'connectors/other/index.ts', 'connectors/connectors.ts'],
  ),
  'connectors-by-their-face': inside(
    ...['connectors/connectors.ts', 'connectors/other/deep.ts', 'connectors/other/index.ts'],
  ),
  'triggers-and-actors-know-domain-and-ports': inside(
    ...['actors/planted.ts', 'sources/kinds.ts', 'triggers/templates/index.ts'],
  ),
  'pipeline-knows-no-adapter': inside(
    ...['pipeline/engine/planted.ts', 'adapters/planted.ts', 'triggers/match/index.ts'],
  ),
  'adapters-know-domain-and-ports': inside(
    ...['adapters/telemetry/planted.ts', 'config/config.ts', 'ports/clock.ts'],
  ),
  'adapters-know-no-other-adapter': inside(
    ...['adapters/azure/planted.ts', 'adapters/embedded/planted.ts', 'adapters/planted.ts'],
  ),
  'api-uses-the-pipeline': inside(
    ...['api/planted.ts', 'composition/open-app.ts', 'pipeline/runs/index.ts'],
  ),
  'heads-of-routes-stand-alone': {
    broken: { from: own('api/routes/heads.ts'), to: own('api/routes/planted.ts') },
    legal: { from: own('api/routes/route.ts'), to: own('api/routes/heads.ts') },
  },
  'cli-speaks-http': inside('cli/planted.ts', 'config/config.ts', 'sources/kinds.ts'),
};

/** The product, what carries it, and the app of its user. */
const ofHouses: Readonly<Record<string, Pair>> = {
  'composition-knows-the-product': files(
    ...[composition, 'infra/planted.ts', own('adapters/azure/planted.ts')],
  ),
  'the-kit-knows-the-product': files(
    ...[own('testing/planted.ts'), 'infra/planted.ts', own('composition/open-app.ts')],
  ),
  'the-product-knows-no-kit': {
    broken: { from: own('index.ts'), to: own('testing/planted.ts') },
    legal: { from: 'test/unit/planted.ts', to: own('testing/planted.ts') },
  },
  'functions-decode-and-encode': files(
    ...['functions/planted.ts', own('actors/actor.ts'), own('composition/open-app.ts')],
  ),
  'the-app-knows-the-package': {
    broken: { from: 'shared/app/actors/planted.ts', to: own('domain/words.ts') },
    legal: { from: 'shared/app/actors/planted.ts', to: own('index.ts'), specifier: 'heddle' },
  },
  'the-product-knows-no-app': {
    broken: { from: own('index.ts'), to: 'shared/app/heddle.config.ts' },
    legal: { from: 'test/app/planted.ts', to: 'shared/app/heddle.config.ts' },
  },
  'the-local-host-runs-any-app': files(
    ...['infra/local/planted.ts', 'infra/planted.ts', 'infra/local/main.ts'],
  ),
};

const ofRooms = STOREYS.flatMap((storey) =>
  Object.keys(ROOMS[storey]).map((room) => [`${storey}-${room}`, betweenRooms(storey, room)]),
);

/** By the name of its rule. */
export const PAIRS: Readonly<Record<string, Pair>> = {
  ...{ ...ofFiles, ...ofPackages, ...ofStoreys, ...ofHouses },
  ...Object.fromEntries(ofRooms),
};

/** Closes the circle that `no-cycles` names. */
export const RETURN: Plant = { from: circle[1], to: circle[0] };
