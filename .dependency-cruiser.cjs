/** What may import what. Read the comments as the map of the house: imports go down, never up. */

const AZURE_DATA_SDKS =
  '^node_modules/@azure/(service-bus|cosmos|storage-queue|storage-blob|web-pubsub|identity)';

/** `name`: files under `from` import nothing of ours but what `allowed` matches. */
function only(name, comment, from, allowed) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from },
    to: { path: '^(functions|shared|infra|test)/', pathNot: allowed },
  };
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Files that import each other in a circle cannot be understood or tested apart.',
      severity: 'error',
      from: {},
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
      from: { path: '^(functions|shared)/', pathNot: '^shared/cli/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'azure-data-sdks-in-their-adapters',
      comment: 'The engine knows ports; only adapters know Azure data services.',
      severity: 'error',
      from: { path: '^(functions|shared)/', pathNot: '^shared/adapters/azure/' },
      to: { path: AZURE_DATA_SDKS },
    },
    {
      name: 'telemetry-sdks-in-their-adapter',
      comment: 'Nothing of OpenTelemetry is loaded where telemetry goes nowhere.',
      severity: 'error',
      from: { path: '^(functions|shared)/', pathNot: '^shared/adapters/telemetry/' },
      to: { path: '^node_modules/(@opentelemetry|@azure/monitor-opentelemetry)' },
    },
    {
      name: 'functions-sdk-in-functions',
      comment: 'The product runs without a Functions host: only functions/ knows its library.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^node_modules/@azure/functions' },
    },
    {
      name: 'zod-alone-in-the-domain',
      comment: 'The domain is data and rules: of packages it needs zod alone.',
      severity: 'error',
      from: { path: '^shared/domain/' },
      to: { path: '^node_modules/', pathNot: '^node_modules/zod/' },
    },
    only(
      'errors-stand-alone',
      'The catalogue of errors is used by all and uses none.',
      '^shared/errors\\.ts$',
      '^$',
    ),
    only(
      'domain-knows-itself',
      'Events, triggers and runs are the words everything else is said in.',
      '^shared/domain/',
      '^shared/(domain/|errors\\.ts$)',
    ),
    only(
      'ports-know-the-domain',
      'The outside world is described in words of the domain, without an adapter in mind.',
      '^shared/(ports|ports-http|ports-probes|collections)\\.ts$',
      '^shared/(domain/|(ports|ports-http|ports-probes)\\.ts$)',
    ),
    only(
      'sources-know-the-domain',
      'A source is verification and normalization: it needs no queue, store or clock.',
      '^shared/sources/',
      '^shared/(sources/|domain/|errors\\.ts$|yaml\\.ts$)',
    ),
    only(
      'triggers-and-actors-know-domain-and-ports',
      'Matching and actors do not know how a run is carried out.',
      '^shared/(triggers|actors)/',
      '^shared/(triggers/|actors/|domain/|(ports|ports-http|ports-probes|errors|yaml)\\.ts$)',
    ),
    only(
      'pipeline-knows-no-adapter',
      'The pipeline is the same on a laptop and in Azure.',
      '^shared/pipeline/',
      '^shared/(pipeline|sources|triggers|actors|domain)/|^shared/(ports|ports-http|ports-probes|collections|errors)\\.ts$',
    ),
    only(
      'adapters-know-domain-and-ports',
      'An adapter can be exchanged: it knows what it implements, not who uses it.',
      '^shared/adapters/',
      '^shared/(adapters|domain)/|^shared/(ports|ports-http|ports-probes|errors)\\.ts$',
    ),
    only(
      'adapters-know-no-other-adapter',
      'Embedded and Azure adapters never meet, so that one can be loaded without the other.',
      '^shared/adapters/embedded/',
      '^shared/adapters/(embedded/|continuation\\.ts$)|^shared/domain/|^shared/(ports|ports-http|ports-probes|errors)\\.ts$',
    ),
    only(
      'azure-adapters-know-no-other-adapter',
      'So that a deployed app loads nothing of SQLite.',
      '^shared/adapters/azure/',
      '^shared/adapters/(azure/|continuation\\.ts$)|^shared/domain/|^shared/(ports|ports-http|ports-probes|errors)\\.ts$',
    ),
    only(
      'api-reads-the-store',
      'The read side lists what was recorded; it changes nothing, so it needs no pipeline.',
      '^shared/api/',
      '^shared/(api|domain)/|^shared/(ports|collections|errors)\\.ts$',
    ),
    only(
      'cli-speaks-http',
      'The command line talks to a running host, so that it works on a remote one too; its samples sign as the sources verify.',
      '^shared/cli/',
      '^shared/(cli|domain|sources)/|^shared/errors\\.ts$',
    ),
    only(
      'functions-decode-and-encode',
      'A function turns a request into a call of the app and its result into a response.',
      '^functions/',
      '^functions/|^shared/(app|config|errors|mode|ports)\\.ts$|^shared/domain/|^shared/sources/(source|kinds)\\.ts$',
    ),
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
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
