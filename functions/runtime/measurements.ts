import type { Address } from '../../core/address.ts';
import type { ResourceCondition, ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import type { ReconcileResult } from '../../core/reconcile/plan.ts';

/** The names of the metrics, which `infra/alarmDefinitions.ts` and `infra/dashboard.ts` read. */
export const metricNames = [
  'ResourcesReady',
  'ResourcesInProgress',
  'ResourcesSuspended',
  'ResourcesAwaitingPeople',
  'ResourcesDrifted',
  'ResourcesFailed',
  'WorkspacesRefused',
  'LongestWaitForPerson',
  'TimeToReady',
  'SyncsStarted',
  'SyncsProven',
  'SyncsUnproven',
  'DriftFound',
  'ToolsChanged',
  'HealsHeldBack',
  'CallsAccepted',
  'CallsRejected',
  'Throttles',
  'UploadsRefused',
  'MessagesFailed',
  'StoredDataUnreadable',
  'GuardrailsBroken',
] as const;
export type MetricName = (typeof metricNames)[number];

/** The log messages that the dashboard's list of resources selects: it drops a resource whose latest line says `ready`. */
export const fleetStatusMessages = { notReady: 'Not ready', ready: 'Ready again' } as const;

/** One measurement: a count, or a time in seconds. */
export interface Measurement {
  readonly name: MetricName;
  readonly value: number;
}

/** The metric that counts the resources in a state. */
const metricOfState: Readonly<Record<ResourceCondition, MetricName>> = {
  ready: 'ResourcesReady',
  drifted: 'ResourcesDrifted',
  'in-progress': 'ResourcesInProgress',
  suspended: 'ResourcesSuspended',
  absent: 'ResourcesInProgress',
  'awaiting-authorization': 'ResourcesAwaitingPeople',
  'awaiting-approval': 'ResourcesAwaitingPeople',
  failed: 'ResourcesFailed',
  refused: 'ResourcesFailed',
};

/** Counts the resources of all workspaces by state. Zeros are included, so that graphs and alarms come down again. */
export function fleetMeasurements(
  records: readonly ResourceRecord[],
  refusedWorkspaces: number,
  now: number,
): Measurement[] {
  const counts = new Map<MetricName, number>(Object.values(metricOfState).map((name) => [name, 0]));
  let longest = 0;
  for (const { state, since } of records) {
    const name = metricOfState[state];
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (name === 'ResourcesAwaitingPeople') longest = Math.max(longest, secondsSince(since, now));
  }
  return [
    ...[...counts].map(([name, value]) => ({ name, value })),
    { name: 'WorkspacesRefused', value: refusedWorkspaces },
    { name: 'LongestWaitForPerson', value: longest },
  ];
}

/** Adds up the measurements of parts of the fleet: counts are added, and of two times the longer one counts. */
export function addMeasurements(before: readonly Measurement[], more: readonly Measurement[]): Measurement[] {
  const sums = new Map(before.map(({ name, value }) => [name, value]));
  for (const { name, value } of more) {
    const sum = sums.get(name) ?? 0;
    sums.set(name, name === 'LongestWaitForPerson' ? Math.max(sum, value) : sum + value);
  }
  return [...sums].map(([name, value]) => ({ name, value }));
}

/** Measures what one poll found changed since the poll before. */
export function reconcileMeasurements(
  before: ReadonlyMap<Address, ResourceRecord>,
  { upserts }: Pick<ReconcileResult, 'upserts'>,
  now: number,
): Measurement[] {
  return upserts.flatMap((after): Measurement[] => {
    const earlier = before.get(after.address);
    if (!earlier) return [];
    const becameReady = after.state === 'ready' && earlier.state !== 'ready';
    const syncEnded = earlier.operation?.operation === 'sync' && !after.operation;
    const driftFound = after.drift?.cause === 'foreign' && after.drift.updatedAt !== earlier.drift?.updatedAt;
    return [
      ...(becameReady ? [{ name: 'TimeToReady' as const, value: secondsSince(earlier.since, now) }] : []),
      ...(syncEnded
        ? [count(after.state === 'ready' && !after.retry ? 'SyncsProven' : 'SyncsUnproven')]
        : []),
      ...(driftFound ? [count('DriftFound')] : []),
    ];
  });
}

/** Counts the results of the calls of one step. `answer` is `accepted`, or begins with the exception's name. */
export function callMeasurements(results: readonly { readonly answer: string }[]): Measurement[] {
  return results.flatMap(({ answer }): Measurement[] => {
    if (answer === 'accepted') return [count('CallsAccepted')];
    return [count('CallsRejected'), ...(/^\w*Thrott/.test(answer) ? [count('Throttles')] : [])];
  });
}

function count(name: MetricName): Measurement {
  return { name, value: 1 };
}

function secondsSince(since: number, now: number): number {
  return Math.max(0, (now - since) / 1000);
}
