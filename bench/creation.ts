import { type MeasuredWorkspace, measuredManifest } from './manifests.ts';
import { ModeledAws, type Overheads, readsIn, type Usage } from './modeledAws.ts';
import { createGateway, createTargets, type Script, type ScriptName, scripts } from './scripts.ts';
import { mean, sum } from './statistics.ts';

/** How long the creation of a target takes, in ms, each duration in between equally likely. */
export interface Durations {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

/**
 * Recorded of AWS: passthrough and connector targets 0.58 to 0.77 s, MCP servers 3.0 and 3.8 s. 0.6 to 1.5 s covers schemas
 * that are larger than the recorded ones, 4 to 12 s what users report.
 */
export const durations: readonly Durations[] = [
  { name: '0.7 s', min: 650, max: 750 },
  { name: '0.6–1.5 s', min: 600, max: 1500 },
  { name: '3–3.8 s', min: 3000, max: 3800 },
  { name: '4–12 s', min: 4000, max: 12_000 },
];
export const sizes = [1, 5, 20, 100] as const;
export const runners = ['helper', 'script', 'gateloop'] as const;

/** One way to create targets, from cold: no operation has been seen before. Means over all runs. */
export interface Creation {
  readonly runner: ScriptName | 'gateloop';
  readonly durations: string;
  readonly targets: number;
  /** Whether the gateway is created, too. */
  readonly withGateway: boolean;
  readonly runs: number;
  /**
   * Until everything is known to be READY: of Gateloop from the start of the first poll to the end of the last, of a script
   * from its first call to its last.
   */
  readonly seconds: number;
  /** Of Gateloop also from the upload. */
  readonly secondsFromUpload: number;
  /** The seconds that the quotas and the operations themselves take at least. */
  readonly boundSeconds: number;
  readonly ratio: number;
  readonly worstRatio: number;
  readonly transitionsPerTarget: number;
  /** By function, of the last run. */
  readonly invocations: Readonly<Record<string, number>>;
  readonly gigabyteSecondsPerTarget: number;
  readonly readsPerTarget: number;
  /** Of Lambda and Step Functions. Scripts run on a machine of their own. */
  readonly microUsdPerTarget: number;
  /** Of all calls to the control plane. */
  readonly throttledShare: number;
}

interface Case {
  readonly durations: Durations;
  readonly targets: number;
  readonly withGateway: boolean;
}

/** One run of a case. */
interface Run {
  readonly seconds: number;
  readonly secondsFromUpload: number;
  readonly boundSeconds: number;
  readonly usage: Usage;
}

const GATEWAY = 'measured';

/** @param runsOf how many runs a case of a size gets, each with other durations */
export async function measureCreations(
  overheads: Overheads,
  runsOf: (targets: number) => number,
  onCase: (name: string) => void = () => {},
): Promise<Creation[]> {
  const measured: Creation[] = [];
  for (const withGateway of [false, true]) {
    for (const each of durations) {
      for (const targets of sizes) {
        const what: Case = { durations: each, targets, withGateway };
        for (const runner of runners) {
          onCase(`${runner}: ${targets} × ${each.name}${withGateway ? ' with its gateway' : ''}`);
          measured.push(await measureCreation(what, runner, overheads, runsOf(targets)));
        }
      }
    }
  }
  return measured;
}

async function measureCreation(
  { durations: { name, min, max }, targets, withGateway }: Case,
  runner: Creation['runner'],
  overheads: Overheads,
  runs: number,
): Promise<Creation> {
  const script = scripts.find((each) => each.name === runner);
  const measured: Run[] = [];
  for (let seed = 1; seed <= runs; seed += 1) {
    const aws = await ModeledAws.start({ overheads, seed, latencies: { CreateGatewayTarget: { min, max } } });
    try {
      measured.push(
        await (script
          ? runScript(aws, script, targets, withGateway)
          : runGateloop(aws, targets, withGateway)),
      );
    } finally {
      await aws.close();
    }
  }
  const ratios = measured.map(({ seconds, boundSeconds }) => seconds / boundSeconds);
  const meanOf = (figure: (run: Run) => number) => mean(measured.map(figure));
  return {
    runner,
    durations: name,
    targets,
    withGateway,
    runs,
    seconds: meanOf(({ seconds }) => seconds),
    secondsFromUpload: meanOf(({ secondsFromUpload }) => secondsFromUpload),
    boundSeconds: meanOf(({ boundSeconds }) => boundSeconds),
    ratio: mean(ratios),
    worstRatio: Math.max(...ratios),
    transitionsPerTarget: meanOf(({ usage }) => usage.transitions / targets),
    invocations: measured.at(-1)?.usage.invocations ?? {},
    gigabyteSecondsPerTarget: meanOf(({ usage }) => usage.gigabyteSeconds / targets),
    readsPerTarget: meanOf(({ usage }) => readsIn(usage.calls) / targets),
    microUsdPerTarget: meanOf(({ usage }) => usage.microUsd / targets),
    throttledShare: meanOf(({ usage }) => usage.throttled / sum(Object.values(usage.calls))),
  };
}

async function runGateloop(aws: ModeledAws, targets: number, withGateway: boolean): Promise<Run> {
  const workspace: MeasuredWorkspace = { gateway: GATEWAY, targets };
  if (!withGateway) {
    aws.upload(GATEWAY, measuredManifest({ ...workspace, targets: 0 }));
    await aws.settle();
  }
  aws.forget();
  const uploadedAt = aws.clock.now();
  const usage = await aws.measure(async () => {
    aws.upload(GATEWAY, measuredManifest(workspace));
    await aws.settle();
  });
  return {
    seconds: aws.pollingTime() / 1000,
    secondsFromUpload: (aws.lastPollEnd() - uploadedAt) / 1000,
    boundSeconds: boundSeconds(aws),
    usage,
  };
}

async function runScript(
  aws: ModeledAws,
  script: Script,
  targets: number,
  withGateway: boolean,
): Promise<Run> {
  let gatewayId = '';
  const prepare = async () => {
    gatewayId = await createGateway(aws);
  };
  if (!withGateway) await aws.runScript(prepare());
  aws.forget();
  const startedAt = aws.clock.now();
  const usage = await aws.measure(async () => {
    if (withGateway) await aws.runScript(prepare());
    await aws.runScript(createTargets(aws, script, gatewayId, targets));
  });
  const seconds = (aws.clock.now() - startedAt) / 1000;
  return { seconds, secondsFromUpload: seconds, boundSeconds: boundSeconds(aws), usage };
}

/** Five operations of a gateway at a time, five writes a second, the longest operation, and the gateway before them. */
function boundSeconds(aws: ModeledAws): number {
  const times = aws.targetDurations();
  const targets = Math.max(sum(times) / 5, ((times.length - 1) / 5) * 1000, ...times);
  return (targets + aws.gatewayDuration()) / 1000;
}
