import fc from 'fast-check';
import type { FunctionName } from '../../functions/functionCatalog.ts';
import type { Behaviors } from '../../local/agentcore/settings/behaviors.ts';
import type { FaultRule } from '../../local/agentcore/settings/faults.ts';

/** The ports of functions that faults strike. */
export const portNames = [
  'ledger',
  'specBucket',
  'documents',
  'toolLists',
  'controlPlane',
  'secrets',
  'records',
  'events',
  'starter',
  'taskCallbacks',
  'authorizationSessions',
  'notifier',
] as const;
export type PortName = (typeof portNames)[number];

/**
 * - `throttled`: the service rejects the call; `answerLost`: the call has its effect, and the caller gets an error
 * - `crashBefore`, `crashAfter`: the function exits before the call, or with the effect of the call and without its answer
 * - `late`: the call has its effect after `seconds`, when its caller has given up, or has waited that long
 */
export type PortFaultKind = 'throttled' | 'answerLost' | 'crashBefore' | 'crashAfter' | 'late';

/** A fault between a function and one of its ports. It strikes `times` matching calls after the first `skip`. */
export interface PortFault {
  readonly edge: 'port';
  readonly kind: PortFaultKind;
  /** Any if absent. */
  readonly port?: PortName;
  /** Any if absent. */
  readonly function?: FunctionName;
  /** Only calls that change something. */
  readonly writesOnly?: boolean;
  readonly skip: number;
  readonly times: number;
  /** For `late`: when the call has its effect. */
  readonly seconds?: number;
}

/** A fault of EventBridge between a rule and the workflow that it starts. */
export interface DeliveryFault {
  readonly edge: 'delivery';
  readonly kind: 'lost' | 'duplicate' | 'late';
  readonly skip: number;
  readonly times: number;
  /** For `late`. */
  readonly seconds: number;
}

/** A fault of the AgentCore service. */
export interface ServiceFault {
  readonly edge: 'service';
  readonly rule: FaultRule;
}

export type Fault = PortFault | DeliveryFault | ServiceFault;

export type TargetKind = 'lambda' | 'openApi' | 'mcpServer' | 'consent';

export type ExtraKind = 'registry' | 'runtime' | 'harness';

export interface WorkspaceSpec {
  readonly targets: readonly TargetKind[];
  readonly extras: readonly ExtraKind[];
  readonly prune: boolean;
  readonly selfHeal: boolean;
  readonly approve: 'never' | 'breaking';
  readonly resync: 'never' | 'rate(5 minutes)';
}

/** `workspace` and `target` are taken modulo how many there are, so that a scenario stays valid when it shrinks. */
export interface Step {
  /** Simulated seconds since the step before. */
  readonly after: number;
  readonly act: Act;
  readonly workspace: number;
  readonly target: number;
}

export const acts = [
  'upload',
  'editTarget',
  'editGateway',
  'removeTarget',
  'addTarget',
  'breakSchema',
  'breakManifest',
  'reconcile',
  'changeTarget',
  'deleteTarget',
  'createTarget',
  'retry',
  'sync',
  'suspend',
  'resume',
  'stopRequests',
  'breakRecord',
  'contest',
  'changeServer',
  'driftPass',
  'resyncTick',
  'grant',
  'deny',
  'refuse',
  'consentTwice',
  'completeWithoutConsent',
] as const;
export type Act = (typeof acts)[number];

/** A generated world with what happens in it. It is plain data: its JSON text replays it. */
export interface Scenario {
  /** Of the ids and latencies of the emulator. */
  readonly seed: number;
  readonly workspaces: readonly WorkspaceSpec[];
  readonly behaviors: Partial<Behaviors>;
  /** Whether management events of other clients reach Gateloop. */
  readonly trail: boolean;
  readonly steps: readonly Step[];
  /** All end after the last step. */
  readonly faults: readonly Fault[];
}

/** A workspace with one target that needs no consent, for scenarios that are written by hand. */
export const oneTarget: WorkspaceSpec = {
  targets: ['lambda'],
  extras: [],
  prune: true,
  selfHeal: true,
  approve: 'never',
  resync: 'never',
};

/** The rest of a scenario in which nothing goes wrong. */
export const calm: Omit<Scenario, 'workspaces' | 'steps'> = {
  seed: 7,
  behaviors: {},
  trail: false,
  faults: [],
};

const targetKind = fc.constantFrom<TargetKind>('lambda', 'openApi', 'mcpServer', 'consent');

const workspaceSpec: fc.Arbitrary<WorkspaceSpec> = fc.record({
  targets: fc.oneof(
    { weight: 12, arbitrary: fc.array(targetKind, { minLength: 1, maxLength: 4, size: 'max' }) },
    // More than a gateway works on at a time.
    { weight: 1, arbitrary: fc.array(targetKind, { minLength: 7, maxLength: 9, size: 'max' }) },
  ),
  extras: fc.subarray<ExtraKind>(['registry', 'runtime', 'harness'], { maxLength: 1 }),
  prune: fc.boolean(),
  selfHeal: fc.boolean(),
  approve: fc.constantFrom('never', 'never', 'breaking'),
  resync: fc.constantFrom('never', 'never', 'rate(5 minutes)'),
});

const seconds = fc.oneof(
  { weight: 3, arbitrary: fc.nat(10) },
  { weight: 2, arbitrary: fc.integer({ min: 10, max: 90 }) },
  { weight: 1, arbitrary: fc.integer({ min: 90, max: 1200 }) },
);

const step: fc.Arbitrary<Step> = fc.record({
  after: seconds,
  act: fc.constantFrom(...acts),
  workspace: fc.nat(2),
  target: fc.nat(3),
});

const times = fc.oneof(
  { weight: 3, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.integer({ min: 2, max: 6 }) },
);

const portFault: fc.Arbitrary<PortFault> = fc.record(
  {
    edge: fc.constant('port' as const),
    kind: fc.constantFrom<PortFaultKind>('throttled', 'answerLost', 'crashBefore', 'crashAfter', 'late'),
    port: fc.constantFrom<PortName>(
      'ledger',
      'specBucket',
      'controlPlane',
      'events',
      'notifier',
      'taskCallbacks',
      'secrets',
      'toolLists',
    ),
    function: fc.constantFrom<FunctionName>('poll', 'provision', 'sync', 'notify', 'release', 'watch-tools'),
    writesOnly: fc.boolean(),
    skip: fc.nat(40),
    times,
    seconds: fc.integer({ min: 1, max: 600 }),
  },
  { requiredKeys: ['edge', 'kind', 'skip', 'times'] },
);

const deliveryFault: fc.Arbitrary<DeliveryFault> = fc.record({
  edge: fc.constant('delivery' as const),
  kind: fc.constantFrom('lost', 'duplicate', 'late'),
  skip: fc.nat(6),
  times,
  seconds: fc.integer({ min: 1, max: 600 }),
});

const serviceFault: fc.Arbitrary<ServiceFault> = fc.record({
  edge: fc.constant('service' as const),
  rule: fc.oneof(
    fc.record({ fault: fc.constantFrom('throttle', 'fail', 'lostSync'), after: fc.nat(10), times }),
    fc.record({
      fault: fc.constantFrom('error', 'disconnect', 'timeout'),
      when: fc.constantFrom('before', 'after'),
      after: fc.nat(20),
      times,
    }),
    fc.record({
      fault: fc.constant('staleList' as const),
      after: fc.nat(5),
      times: fc.integer({ min: 1, max: 12 }),
    }),
    fc.record({
      fault: fc.constant('slow' as const),
      factor: fc.constantFrom(5, 20, 100),
      after: fc.nat(4),
      times,
    }),
    fc.record({
      fault: fc.constant('failLater' as const),
      delay: fc.integer({ min: 1000, max: 600_000 }),
      after: fc.nat(4),
      times: fc.constant(1),
    }),
  ),
});

const anyBehaviors: fc.Arbitrary<Partial<Behaviors>> = fc.record(
  {
    expiredLink: fc.constantFrom('fails', 'staysPending'),
    reissueLinks: fc.constantFrom('never', 'onRead', 'afterExpiry'),
    deleteWhilePending: fc.boolean(),
    updateWhilePending: fc.boolean(),
    pendingHoldsSlot: fc.boolean(),
    afterConsent: fc.constantFrom('working', 'staysPending'),
    afterFailedUpdate: fc.constantFrom('submitted', 'previous'),
    responsesShowDefaults: fc.boolean(),
    deletedTargetsHoldGateway: fc.constantFrom(0, 20_000),
  },
  { requiredKeys: [] },
);

/** A target with an expired link that no call can renew, change or delete would wait for ever, whatever Gateloop does. */
const behaviors = anyBehaviors.map((chosen): Partial<Behaviors> => {
  const { expiredLink, reissueLinks = 'never', deleteWhilePending, updateWhilePending } = chosen;
  const isStuck =
    expiredLink === 'staysPending' && reissueLinks === 'never' && !deleteWhilePending && !updateWhilePending;
  return isStuck ? { ...chosen, reissueLinks: 'afterExpiry' } : chosen;
});

/** Mostly one workspace: most faults need no second one, and it costs as much as the first. */
const anyScenarios: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.nat(1_000_000),
  workspaces: fc.oneof(
    { weight: 3, arbitrary: fc.array(workspaceSpec, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(workspaceSpec, { minLength: 2, maxLength: 3 }) },
  ),
  behaviors,
  trail: fc.boolean(),
  steps: fc.array(step, { maxLength: 6, size: 'max' }),
  faults: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: portFault },
      { weight: 2, arbitrary: serviceFault },
      { weight: 1, arbitrary: deliveryFault },
    ),
    { maxLength: 4, size: 'max' },
  ),
});

/** Nobody consents to a target that left the manifest: where its link never fails it, only a delete ends it. */
export const scenarios = anyScenarios.map((scenario): Scenario => {
  const isStuck =
    scenario.behaviors.expiredLink === 'staysPending' &&
    scenario.steps.some(({ act }) => act === 'removeTarget');
  return isStuck ? { ...scenario, behaviors: { ...scenario.behaviors, deleteWhilePending: true } } : scenario;
});
