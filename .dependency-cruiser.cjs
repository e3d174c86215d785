/** Says what may import what. Read the comments as the map of the house: imports go down, never up. */

const { ROOMS } = require('./.dependency-rooms.cjs');

const AZURE_DATA_SDKS =
  '^node_modules/@azure/(service-bus|cosmos|storage-queue|storage-blob|web-pubsub|identity)';

const HEDDLE = '^shared/heddle/';
const OURS = '^(functions|shared|infra|test)/';
/** What users own. Its wall is kept; how they write within it is theirs to say. */
const THEIRS = '^(shared|test)/app/';

/** `name`: files under `from` import nothing of ours but what `allowed` matches. */
function only(name, comment, from, allowed) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from },
    to: { path: OURS, pathNot: allowed },
  };
}

/** Within its own storey a room uses itself, what stands at the storey's root, and those it names. */
function wallsOf(storey) {
  return Object.entries(ROOMS[storey]).map(([room, used]) => ({
    name: `${storey}-${room}`,
    comment: `The room ${room} uses, of its storey, ${used.join(', ') || 'none'}.`,
    severity: 'error',
    from: { path: `${HEDDLE}${storey}/${room}/` },
    to: {
      path: `${HEDDLE}${storey}/`,
      pathNot: `${HEDDLE}${storey}/((${[room, ...used].join('|')})/|[^/]+$)`,
    },
  }));
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Files that import each other in a circle cannot be understood or tested apart.',
      severity: 'error',
      from: { pathNot: THEIRS },
      to: { circular: true },
    },
    {
      name: 'unresolvable',
      comment: 'An import that leads nowhere fails only when it is reached.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@azure/functions-core$' },
    },
    {
      name: 'nothing-from-test',
      comment: 'The product must run without its tests.',
      severity: 'error',
      from: { pathNot: '^(test/|vitest\\.config)' },
      to: { path: '^test/' },
    },
    {
      name: 'no-dev-dependencies-in-the-product',
      comment: 'What is deployed uses what package.json lists under dependencies.',
      severity: 'error',
      from: { path: '^(functions|shared)/', pathNot: `${HEDDLE}cli/|${THEIRS}` },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'azure-data-sdks-in-their-adapters',
      comment: 'The engine knows ports; only adapters and connectors know data services.',
      severity: 'error',
      from: {
        path: '^(functions|shared/heddle)/',
        pathNot: `${HEDDLE}(adapters/azure|connectors)/`,
      },
      to: { path: AZURE_DATA_SDKS },
    },
    {
      name: 'telemetry-sdks-in-their-adapter',
      comment: 'Nothing of OpenTelemetry is loaded where telemetry goes nowhere.',
      severity: 'error',
      from: { path: '^(functions|shared/heddle)/', pathNot: `${HEDDLE}adapters/telemetry/` },
      to: { path: '^node_modules/(@opentelemetry|@azure/monitor-opentelemetry)' },
    },
    {
      name: 'functions-sdk-in-functions',
      comment: 'The product runs without a Functions host: only functions/ knows its library.',
      severity: 'error',
      from: { path: '^shared/heddle/' },
      to: { path: '^node_modules/@azure/functions' },
    },
    {
      name: 'zod-alone-in-the-domain',
      comment: 'The domain is data and rules: of packages it needs zod alone.',
      severity: 'error',
      from: { path: `${HEDDLE}domain/` },
      to: { path: '^node_modules/', pathNot: '^node_modules/zod/' },
    },
    {
      name: 'faces',
      comment: 'A room is used by its face. `await import()` names the file that it loads later.',
      severity: 'error',
      from: { path: `${HEDDLE}(pipeline|triggers)/([^/]+)/` },
      to: {
        path: `${HEDDLE}(pipeline|triggers)/[^/]+/`,
        pathNot: `${HEDDLE}((pipeline|triggers)/[^/]+/index\\.ts$|$1/$2/)`,
        dynamic: false,
      },
    },
    {
      name: 'faces-from-outside',
      comment: 'A room is used by its face. `await import()` names the file that it loads later.',
      severity: 'error',
      from: { path: '^(functions|shared|infra)/', pathNot: `${HEDDLE}(pipeline|triggers)/` },
      to: {
        path: `${HEDDLE}(pipeline|triggers)/[^/]+/`,
        pathNot: '/index\\.ts$',
        dynamic: false,
      },
    },
    only(
      'errors-stand-alone',
      'The catalogue of errors is used by all and uses none.',
      `${HEDDLE}errors/`,
      `${HEDDLE}errors/`,
    ),
    only(
      'domain-knows-itself',
      'Events, triggers and runs are the words everything else is said in.',
      `${HEDDLE}domain/`,
      `${HEDDLE}(domain|errors)/`,
    ),
    only(
      'ports-know-the-domain',
      'The outside world is described in words of the domain, without an adapter in mind.',
      `${HEDDLE}ports/`,
      `${HEDDLE}(ports|domain)/`,
    ),
    only(
      'config-knows-ports',
      'Settings are read into words of the domain and of ports; connectors declare theirs.',
      `${HEDDLE}config/`,
      `${HEDDLE}(config|domain|errors|ports)/|${HEDDLE}connectors/connectors\\.ts$`,
    ),
    only(
      'sources-know-the-domain',
      'A source is verification and normalization: it needs no queue, store or clock.',
      `${HEDDLE}sources/`,
      `${HEDDLE}(sources|domain|errors|ports)/`,
    ),
    only(
      'connectors-know-domain-ports-and-the-base-of-actors',
      'A connector converts messages and sends them: it knows no adapter, whose clients are lent to it.',
      `${HEDDLE}connectors/`,
      `${HEDDLE}((connectors|sources|domain|errors|ports)/|actors/(actor|sinks/input-fields)\\.ts$)`,
    ),
    only(
      'connectors-know-no-other-connector',
      'A technology is added and removed as one folder and its row in connectors.ts.',
      `${HEDDLE}connectors/([^/]+)/`,
      `${HEDDLE}(connectors/($1/|(connector|lent-clients)\\.ts$)|(sources|domain|errors|ports|actors)/)`,
    ),
    {
      name: 'connectors-by-their-table',
      comment: 'Only the table names single connectors, so that the product favours none.',
      severity: 'error',
      from: {
        path: '^(functions|shared)/',
        pathNot: `${HEDDLE}connectors/(connectors\\.ts$|[^/]+/)`,
      },
      to: { path: `${HEDDLE}connectors/[^/]+/` },
    },
    {
      name: 'connectors-by-their-face',
      comment: 'The table names the part of a connector that is loaded at a cold start.',
      severity: 'error',
      from: { path: `${HEDDLE}connectors/connectors\\.ts$` },
      to: { path: `${HEDDLE}connectors/[^/]+/`, pathNot: '/index\\.ts$' },
    },
    only(
      'triggers-and-actors-know-domain-and-ports',
      'Matching and actors do not know how a run is executed.',
      `${HEDDLE}(triggers|actors)/`,
      `${HEDDLE}(triggers|actors|domain|errors|ports)/`,
    ),
    ...wallsOf('triggers'),
    ...wallsOf('pipeline'),
    only(
      'pipeline-knows-no-adapter',
      'The pipeline is the same on a laptop and in Azure.',
      `${HEDDLE}pipeline/`,
      `${HEDDLE}(pipeline|sources|triggers|actors|domain|errors|ports)/`,
    ),
    only(
      'adapters-know-domain-and-ports',
      'An adapter can be exchanged: it knows what it implements, not who uses it.',
      `${HEDDLE}adapters/`,
      `${HEDDLE}(adapters|domain|errors|ports)/`,
    ),
    only(
      'adapters-know-no-other-adapter',
      'Embedded and Azure adapters never meet, so that one can be loaded without the other.',
      `${HEDDLE}adapters/(embedded|azure|http)/`,
      `${HEDDLE}(adapters/($1/|[^/]+\\.ts$)|(domain|errors|ports)/)`,
    ),
    only(
      'api-uses-the-pipeline',
      'Routes read the store and change things through faces: they know neither adapters nor functions.',
      `${HEDDLE}api/`,
      `${HEDDLE}((api|pipeline|triggers|domain|errors|ports)/|sources/body\\.ts$)`,
    ),
    only(
      'heads-of-routes-stand-alone',
      'Functions are registered from the heads: what they load is the cold start.',
      `${HEDDLE}api/routes/heads\\.ts$`,
      '^$',
    ),
    only(
      'cli-speaks-http',
      'The command line talks to a running host, so that it works on a remote one too; its samples sign as the sources verify.',
      `${HEDDLE}cli/`,
      `${HEDDLE}(cli|domain|errors|sources)/`,
    ),
    only(
      'composition-knows-the-product',
      'The app is put together of all rooms, and knows neither functions nor the user.',
      `${HEDDLE}composition/`,
      HEDDLE,
    ),
    only(
      'the-kit-knows-the-product',
      'The testing kit opens the product as it is; it brings no test runner with it.',
      `${HEDDLE}testing/`,
      HEDDLE,
    ),
    {
      name: 'the-product-knows-no-kit',
      comment: 'The testing kit is for tests: nothing that is deployed or started uses it.',
      severity: 'error',
      from: { path: '^(functions|infra|shared/heddle)/', pathNot: `${HEDDLE}testing/` },
      to: { path: `${HEDDLE}testing/` },
    },
    only(
      'functions-decode-and-encode',
      'A function turns a request into a call of the app and its result into a response.',
      '^functions/',
      `^functions/|${HEDDLE}((composition|errors|ports|domain)/|config/|api/routes/heads\\.ts$|connectors/connectors\\.ts$|sources/(source|kinds)\\.ts$)`,
    ),
    only(
      'the-app-knows-the-package',
      'What the user writes holds to what the package heddle exports, so that the rest may change.',
      THEIRS,
      `${THEIRS}|${HEDDLE}(index|testing/index)\\.ts$`,
    ),
    {
      name: 'the-product-knows-no-app',
      comment:
        'The product is exchanged without touching the app: load-app.ts alone loads it, from the folder that functions/user-app.ts and infra/user-app.ts name.',
      severity: 'error',
      from: { path: OURS, pathNot: THEIRS },
      to: { path: THEIRS },
    },
    only(
      'the-local-host-runs-any-app',
      'The local host stands in for func: it knows nothing of Heddle.',
      '^infra/local/',
      '^infra/local/',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|test/fixtures)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      // A package of types alone has no main.
      mainFields: ['module', 'main', 'types'],
    },
  },
};
