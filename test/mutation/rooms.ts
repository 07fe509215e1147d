/** A folder whose code is mutated, and the tests that have to notice. */
export interface Room {
  readonly path: string;
  /** Only the files of the folder itself: its subfolders are rooms of their own. */
  readonly isFlat?: boolean;
  /** Tests of other rooms that state the rules of this one. The tests beside the code always count. */
  readonly alsoTestedBy?: readonly string[];
  /** Generated or large inputs, and stories: they notice more, at minutes for every hundred mutants, and not always the same. */
  readonly withoutTests?: readonly string[];
}

/** Every folder of `core/`, `functions/` and `adapters/`. */
export const rooms: readonly Room[] = [
  { path: 'core', isFlat: true },
  { path: 'core/api' },
  { path: 'core/authorization', withoutTests: ['core/authorization/requestStateMachine.property.test.ts'] },
  { path: 'core/comparison' },
  { path: 'core/desired', withoutTests: ['core/desired/desiredState.property.test.ts'] },
  { path: 'core/events', alsoTestedBy: ['events/**/*.test.ts', 'functions/poll/**/*.test.ts'] },
  { path: 'core/fleet' },
  { path: 'core/guardrails', alsoTestedBy: ['functions/poll/**/*.test.ts'] },
  { path: 'core/iam', alsoTestedBy: ['infra/iam/**/*.test.ts'] },
  { path: 'core/manifest', withoutTests: ['core/manifest/readYaml.large.test.ts'] },
  { path: 'core/messages', alsoTestedBy: ['functions/notify/**/*.test.ts'] },
  { path: 'core/outcome', alsoTestedBy: ['functions/notify/**/*.test.ts'] },
  { path: 'core/ports' },
  {
    path: 'core/reconcile',
    withoutTests: ['core/reconcile/convergence.test.ts', 'core/reconcile/properties.test.ts'],
  },
  { path: 'core/registry' },
  { path: 'core/resources', alsoTestedBy: ['functions/{poll,provision}/**/*.test.ts'] },
  {
    path: 'core/schemas',
    withoutTests: [
      'core/schemas/largeDocument.test.ts',
      'core/schemas/readSchema.property.test.ts',
      'core/schemas/openApi/jsonSchema.test.ts',
    ],
  },
  { path: 'core/storage', alsoTestedBy: ['functions/{poll,notify}/**/*.test.ts'] },
  { path: 'core/text' },
  { path: 'core/toolContracts' },
  {
    path: 'functions',
    isFlat: true,
    alsoTestedBy: ['functions/{poll,provision,sync,notify}/**/*.test.ts'],
    withoutTests: ['functions/poll/corruption.test.ts', 'functions/poll/claimResources.test.ts'],
  },
  { path: 'functions/authorization-pages' },
  { path: 'functions/collect' },
  { path: 'functions/console' },
  { path: 'functions/notify' },
  {
    path: 'functions/poll',
    withoutTests: ['functions/poll/corruption.test.ts', 'functions/poll/claimResources.test.ts'],
  },
  { path: 'functions/provision' },
  { path: 'functions/registry-approvals' },
  { path: 'functions/release' },
  { path: 'functions/requests' },
  { path: 'functions/runtime' },
  { path: 'functions/schedule' },
  { path: 'functions/sync' },
  { path: 'functions/trigger' },
  { path: 'functions/watch-tools' },
  { path: 'functions/web', alsoTestedBy: ['functions/authorization-pages/**/*.test.ts'] },
  { path: 'adapters' },
];
