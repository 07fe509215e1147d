const TESTS = '\\.test\\.ts$';
const TESTS_AND_SUPPORT = '(\\.test\\.ts$|/testing/)';

/**
 * Which way imports may point: functions → adapters → core, local and infra to all of them, cli to all of these, never back.
 * Imports of types count like all others. The support of tests, in folders testing/, obeys the same layers.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'core-is-pure',
      comment: 'core imports nothing of Gateloop outside of itself.',
      severity: 'error',
      from: { path: '^core/', pathNot: TESTS_AND_SUPPORT },
      to: { path: '^(adapters|functions|workflows|events|infra|local|cli|examples|test|bench|scripts)/' },
    },
    {
      name: 'core-test-support-is-pure',
      comment: 'The support of tests may use the shapes of the API, which adapters read from the SDK.',
      severity: 'error',
      from: { path: '^core/.*testing/' },
      to: {
        path: '^(adapters|functions|workflows|events|infra|local|cli|examples|test|bench|scripts)/',
        pathNot: '^adapters/(resource|sdk)Shapes\\.ts$',
      },
    },
    {
      name: 'core-has-no-client',
      comment: 'core reaches AWS through ports; the SDK, Lambda and HTTP belong to adapters and functions.',
      severity: 'error',
      from: { path: '^core/', pathNot: TESTS_AND_SUPPORT },
      to: { path: '(@aws-sdk|@aws-lambda-powertools|@middy|@smithy|hono)/' },
    },
    {
      name: 'core-has-no-io',
      comment: 'Of Node, core uses only what computes: hashing and the comparison of values.',
      severity: 'error',
      from: { path: '^core/', pathNot: TESTS_AND_SUPPORT },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|util)$' },
    },
    {
      name: 'adapters-know-core-only',
      severity: 'error',
      from: { path: '^adapters/', pathNot: TESTS_AND_SUPPORT },
      to: { path: '^(functions|workflows|events|infra|local|cli|examples|test|bench|scripts)/' },
    },
    {
      name: 'functions-do-not-know-where-they-run',
      severity: 'error',
      from: { path: '^functions/', pathNot: TESTS },
      to: { path: '^(infra|local|cli|examples|test|bench|scripts)/' },
    },
    {
      name: 'nothing-imports-the-command-line',
      comment: 'cli is the top layer: what it runs does not depend on the command line.',
      severity: 'error',
      from: { path: '^(events|infra|local|examples)/', pathNot: TESTS },
      to: { path: '^cli/' },
    },
    {
      name: 'bundles-hold-no-dev-dependency',
      comment: 'A Lambda bundle holds dependencies, never devDependencies.',
      severity: 'error',
      from: { path: '^(core|adapters|functions)/', pathNot: TESTS_AND_SUPPORT },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'product-does-not-import-test-support',
      comment: 'A folder testing/ serves tests only.',
      severity: 'error',
      from: {
        path: '^(core|adapters|functions|workflows|events|infra|cli|local|scripts)/',
        pathNot: TESTS_AND_SUPPORT,
      },
      to: { path: '(/testing/|^test/)' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-missing', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
