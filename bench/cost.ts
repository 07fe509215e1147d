import { exitCodes } from '../cli/exitCodes.ts';
import { openGuardrailsFile } from '../core/guardrails/guardrailsFile.ts';
import { type Gateloop, SPEC_BUCKET, startGateloop } from '../local/gateloop.ts';
import { SimulatedClock } from '../local/simulation/clock.ts';
import { runScript } from '../scripts/runScript.ts';
import { median, sum } from './statistics.ts';

/**
 * `npm run bench:cost` counts the AWS usage of Gateloop for `docs/cost.md`: state transitions, invocations with their
 * durations, and calls to the control plane. It measures the creation of targets and a reconciliation without changes.
 */

const TARGETS = 100;
/** Odd, for the median. The first reconciliation also loads functions, which the median leaves out. */
const RECONCILIATIONS = 11;
/** A Lambda function with this memory has one vCPU; CPU grows with memory, so CPU time × memory is constant below it. */
const MB_PER_VCPU = 1769;

interface Usage {
  readonly transitions: number;
  /** By function. */
  readonly invocations: Readonly<Record<string, number>>;
  /** The median real duration of an invocation by function, calls to the embedded AWS included. */
  readonly milliseconds: Readonly<Record<string, number>>;
  /** The amount that Lambda would bill if all of the duration were CPU time. */
  readonly gigabyteSeconds: number;
  /** Calls to the control plane. */
  readonly calls: number;
}

/** A workspace with one gateway and the maximum number of targets, all of them Lambda targets. */
function manifest(): string {
  const tool = '{ name: lookup, description: Looks up, inputSchema: { type: object, properties: {} } }';
  const target = (name: string) => `
      ${name}:
        targetConfiguration:
          mcp: { lambda: { lambdaArn: "arn:aws:lambda:us-east-1:123456789012:function:tools", toolSchema: { inlinePayload: [${tool}] } } }
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]`;
  return `owners: { default: { email: owner@example.com } }
gateways:
  measured:
    roleArn: arn:aws:iam::123456789012:role/measured-gateway
    protocolType: MCP
    authorizerType: AWS_IAM
    targets:${Array.from({ length: TARGETS }, (_, index) => target(`target-${index}`)).join('')}
`;
}

/** Measures the usage between two points in time. */
class UsageMeter {
  readonly #gateloop: Gateloop;
  readonly #startedAt = new Map<string, number>();
  /** Milliseconds by function. */
  readonly #durations = new Map<string, number[]>();

  constructor(gateloop: Gateloop) {
    this.#gateloop = gateloop;
    gateloop.aws.onActivity((activity) => {
      if (activity.kind !== 'invocation') return;
      const { function: name, requestId, phase } = activity;
      if (phase === 'started') this.#startedAt.set(requestId, performance.now());
      else this.#durations.set(name, [...(this.#durations.get(name) ?? []), this.#since(requestId)]);
    });
  }

  #since(requestId: string): number {
    return performance.now() - (this.#startedAt.get(requestId) ?? Number.NaN);
  }

  /** Measures from the action until all executions have ended. */
  async measure(action: () => void): Promise<Usage> {
    const { stateMachines } = this.#gateloop.aws;
    const [transitions, calls] = [stateMachines.transitions, this.#calls()];
    this.#durations.clear();
    action();
    await this.#gateloop.aws.idle();
    const durations = [...this.#durations];
    const allDurations = durations.flatMap(([, each]) => each);
    return {
      transitions: stateMachines.transitions - transitions,
      invocations: Object.fromEntries(durations.map(([name, each]) => [name, each.length])),
      milliseconds: Object.fromEntries(
        durations.map(([name, each]) => [name, twoSignificantDigits(median(each))]),
      ),
      gigabyteSeconds: twoSignificantDigits((sum(allDurations) / 1000) * (MB_PER_VCPU / 1024)),
      calls: this.#calls() - calls,
    };
  }

  #calls(): number {
    return sum(Object.values(this.#gateloop.agentCore.calls()));
  }
}

function twoSignificantDigits(value: number): number {
  return Number(value.toPrecision(2));
}

async function measureCost(): Promise<number> {
  const gateloop = await startGateloop({
    guardrails: openGuardrailsFile,
    clock: () => new SimulatedClock(),
    authorizationUrl: 'https://pages.example.com',
    schedules: false,
  });
  const meter = new UsageMeter(gateloop);
  const created = await meter.measure(() =>
    gateloop.aws.buckets.put(SPEC_BUCKET, 'workspaces/measured/manifest.yaml', Buffer.from(manifest())),
  );
  const reconciliations: Usage[] = [];
  for (let index = 0; index < RECONCILIATIONS; index += 1) {
    const event = { source: 'bench', detailType: 'Reconcile Requested', detail: { workspace: 'measured' } };
    reconciliations.push(await meter.measure(() => gateloop.aws.bus.publish(event)));
  }
  await gateloop.close();
  const unchanged = reconciliations.toSorted((a, b) => a.gigabyteSeconds - b.gigabyteSeconds)[
    Math.floor(RECONCILIATIONS / 2)
  ];
  console.log(JSON.stringify({ targets: TARGETS, created, unchanged }, null, 2));
  return exitCodes.done;
}

await runScript({
  name: 'bench:cost',
  summary: 'measure what a creation and a reconciliation use, for the tables of docs/cost.md, as JSON',
  exits: { done: 'measured', failed: 'the measurement failed' },
  run: measureCost,
});
