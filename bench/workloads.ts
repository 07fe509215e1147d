import { slowCheckLimit } from '../core/reconcile/limits.ts';
import { durations } from './creation.ts';
import { measuredManifest } from './manifests.ts';
import { ModeledAws, type Overheads, readsIn, type Usage, writesIn } from './modeledAws.ts';
import { sum } from './statistics.ts';

/** A change of the schema of one target among a hundred. */
export interface Edit {
  readonly durations: string;
  readonly operationSeconds: number;
  /** From the start of the first poll until the last one has found the target READY. */
  readonly seconds: number;
  readonly secondsFromUpload: number;
  readonly writes: number;
  /** By operation. */
  readonly reads: Readonly<Record<string, number>>;
  readonly transitions: number;
  readonly microUsd: number;
}

/** A pass over a hundred targets that finds nothing to do. */
export interface QuietPassCost {
  readonly targets: number;
  readonly seconds: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly transitions: number;
  /** By function. */
  readonly invocations: Readonly<Record<string, number>>;
  readonly gigabyteSeconds: number;
  readonly microUsd: number;
}

/** Several workspaces that are uploaded at once, each with a gateway and its targets. */
export interface Fleet {
  readonly workspaces: number;
  readonly targetsEach: number;
  readonly seconds: number;
  /** All writes at the five a second that the service grants an account. */
  readonly boundSeconds: number;
  readonly ratio: number;
  readonly calls: number;
  readonly throttled: number;
  readonly throttledShare: number;
  readonly transitionsPerTarget: number;
  readonly readsPerTarget: number;
  readonly microUsdPerTarget: number;
}

/** What gateways cost in two hours in which nothing changes: eight scans, schedules, and the one pass that each workspace has in them. */
export interface Growth {
  readonly gateways: number;
  readonly targetsEach: number;
  readonly transitions: number;
  readonly invocations: number;
  readonly calls: number;
  readonly throttled: number;
  readonly failedExecutions: number;
  readonly usdPerDay: number;
}

const WRITES_PER_SECOND = 5;
const HOUR_MS = 3_600_000;
const EDITED_TARGETS = 100;
/** More would compete for the writes of the account, which is measured elsewhere. */
const UPLOADED_AT_ONCE = 5;

export async function measureEdits(overheads: Overheads): Promise<Edit[]> {
  const edits: Edit[] = [];
  for (const { name, min, max } of durations) {
    const latencies = { CreateGatewayTarget: { min, max }, UpdateGatewayTarget: { min, max } };
    const edit = await onModeledAws({ overheads, latencies, seed: 1 }, (aws) => measureEdit(aws, name));
    edits.push(edit);
  }
  return edits;
}

async function measureEdit(aws: ModeledAws, name: string): Promise<Edit> {
  const workspace = { gateway: 'edited', targets: EDITED_TARGETS };
  aws.upload('edited', measuredManifest(workspace));
  await aws.settle();
  aws.forget();
  const uploadedAt = aws.clock.now();
  const usage = await aws.measure(async () => {
    aws.upload('edited', measuredManifest({ ...workspace, lookup: 'Looks up an entry' }));
    await aws.settle();
  });
  return {
    durations: name,
    operationSeconds: Math.max(...aws.targetDurations()) / 1000,
    seconds: aws.pollingTime() / 1000,
    secondsFromUpload: (aws.lastPollEnd() - uploadedAt) / 1000,
    writes: writesIn(usage.calls),
    reads: Object.fromEntries(Object.entries(usage.calls).filter(([call]) => /^(Get|List)/.test(call))),
    transitions: usage.transitions,
    microUsd: usage.microUsd,
  };
}

export function measureQuietPass(overheads: Overheads): Promise<QuietPassCost> {
  return onModeledAws({ overheads, latencies: {}, seed: 1 }, async (aws) => {
    aws.upload('quiet', measuredManifest({ gateway: 'quiet', targets: EDITED_TARGETS }));
    await aws.settle();
    // Tags and whole configurations are read once an hour, and not in this pass.
    await aws.clock.advance(HOUR_MS / 4);
    aws.forget();
    const { throttled: _, ...usage } = await aws.measure(async () => {
      aws.reconcile('quiet');
      await aws.settle();
    });
    return { targets: EDITED_TARGETS, seconds: aws.pollingTime() / 1000, ...usage };
  });
}

export function measureFleet(overheads: Overheads, workspaces: number, targetsEach: number): Promise<Fleet> {
  const [{ min, max } = { min: 0, max: 0 }] = durations;
  const latencies = { CreateGatewayTarget: { min, max } };
  return onModeledAws({ overheads, latencies, seed: 1 }, async (aws) => {
    const usage = await aws.measure(async () => {
      uploadFleet(aws, workspaces, targetsEach);
      await aws.settle();
    });
    const targets = workspaces * targetsEach;
    const seconds = aws.pollingTime() / 1000;
    const boundSeconds = (targets + workspaces) / WRITES_PER_SECOND;
    const calls = sum(Object.values(usage.calls));
    return {
      ...{ workspaces, targetsEach, seconds, boundSeconds, calls },
      ratio: seconds / boundSeconds,
      throttled: usage.throttled,
      throttledShare: usage.throttled / calls,
      ...perTarget(usage, targets),
    };
  });
}

function perTarget(usage: Usage, targets: number) {
  return {
    transitionsPerTarget: usage.transitions / targets,
    readsPerTarget: readsIn(usage.calls) / targets,
    microUsdPerTarget: usage.microUsd / targets,
  };
}

function uploadFleet(aws: ModeledAws, workspaces: number, targets: number, first = 1): void {
  for (let number = first; number < first + workspaces; number += 1)
    aws.upload(`fleet-${number}`, measuredManifest({ gateway: `fleet-${number}`, targets }));
}

/** Lets two hours pass over a fleet that is READY, with all schedules. */
export function measureGrowth(overheads: Overheads, gateways: number, targetsEach: number): Promise<Growth> {
  const latencies = { CreateGatewayTarget: { min: 600, max: 700 } };
  return onModeledAws({ overheads, latencies, seed: 1, schedules: true }, async (aws) => {
    for (let made = 0; made < gateways; made += UPLOADED_AT_ONCE) {
      uploadFleet(aws, Math.min(UPLOADED_AT_ONCE, gateways - made), targetsEach, made + 1);
      await aws.settle();
    }
    // What a creation leaves to later passes is done by then.
    await aws.clock.advance(slowCheckLimit);
    let failedExecutions = 0;
    const stop = aws.gateloop.aws.onActivity((activity) => {
      if (activity.kind === 'execution' && ['FAILED', 'TIMED_OUT'].includes(activity.execution.status))
        failedExecutions += 1;
    });
    const usage = await aws.measure(() => aws.clock.advance(slowCheckLimit));
    stop();
    return {
      ...{ gateways, targetsEach, failedExecutions },
      transitions: usage.transitions,
      invocations: sum(Object.values(usage.invocations)),
      calls: sum(Object.values(usage.calls)),
      throttled: usage.throttled,
      usdPerDay: (usage.microUsd * ((24 * HOUR_MS) / slowCheckLimit)) / 1e6,
    };
  });
}

async function onModeledAws<Result>(
  options: Parameters<typeof ModeledAws.start>[0],
  work: (aws: ModeledAws) => Promise<Result>,
): Promise<Result> {
  const aws = await ModeledAws.start(options);
  try {
    return await work(aws);
  } finally {
    await aws.close();
  }
}
