/**
 * Which way imports may point: functions → adapters → core, local and infra to all of them, cli to all of these, never back.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'core-is-pure',
      comment: 'core imports nothing of Gateloop outside of itself.',
      severity: 'error',
      from: { path: '^core/', pathNot: '(\\.test\\.ts$|/testing/)' },
      to: { path: '^(adapters|functions|workflows|events|infra|local|cli|examples|test|bench|scripts)/' },
    },
    {
      name: 'core-has-no-client',
      comment: 'core talks to AWS through ports; the SDK, Lambda and HTTP belong to adapters and functions.',
      severity: 'error',
      from: { path: '^core/', pathNot: '(\\.test\\.ts$|/testing/)' },
      to: { path: '(@aws-sdk|@aws-lambda-powertools|@middy|@smithy|hono)/' },
    },
    {
      name: 'core-has-no-io',
      comment: 'Of Node, core takes what computes: hashing and the comparing of values.',
      severity: 'error',
      from: { path: '^core/', pathNot: '(\\.test\\.ts$|/testing/)' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|util)$' },
    },
    {
      name: 'adapters-know-core-only',
      severity: 'error',
      from: { path: '^adapters/', pathNot: '(\\.test\\.ts$|/testing/)' },
      to: { path: '^(functions|workflows|events|infra|local|cli|examples|test|bench|scripts)/' },
    },
    {
      name: 'functions-do-not-know-where-they-run',
      severity: 'error',
      from: { path: '^functions/', pathNot: '(\\.test\\.ts$|/testing/)' },
      to: { path: '^(infra|local|cli|examples|test|bench|scripts)/' },
    },
    {
      name: 'nothing-imports-the-command-line',
      comment: 'cli stands on top: what it runs does not know that it was called from a command line.',
      severity: 'error',
      from: { path: '^(events|infra|local|examples)/', pathNot: '(\\.test\\.ts$|/testing/)' },
      to: { path: '^cli/' },
    },
    {
      name: 'what-is-deployed-needs-no-tool',
      comment: 'A Lambda bundle holds dependencies, never devDependencies.',
      severity: 'error',
      from: { path: '^(core|adapters|functions)/', pathNot: '(\\.test\\.ts$|/testing/)' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
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
