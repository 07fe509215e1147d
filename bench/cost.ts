import { type Gateloop, SPEC_BUCKET, startGateloop } from '../local/gateloop.ts';
import { SimulatedClock } from '../local/simulation/clock.ts';
import { median } from './median.ts';

/**
 * `npm run bench:cost`: counts what Gateloop uses of AWS, for `docs/cost.md`: state transitions, invocations, how long
 * they take, and calls to the control plane, for creating targets and for a pass that finds nothing to do.
 */

const TARGETS = 100;
/** Of passes, the first of which starts functions that were not needed before. Odd, for their median. */
const PASSES = 11;
/** Lambda gives a function a whole processor at this many MB, and of less in proportion: below, time times memory stays. */
const MB_PER_VCPU = 1769;

interface Usage {
  readonly transitions: number;
  readonly invocations: Readonly<Record<string, number>>;
  /** Real ms of each function's invocations: the median, calls to the embedded AWS included. */
  readonly milliseconds: Readonly<Record<string, number>>;
  /** What Lambda would charge for, were all of that the processor's time. */
  readonly gigabyteSeconds: number;
  readonly calls: number;
}

/** A workspace of one gateway with as many Lambda targets as a gateway may have. */
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

class Meter {
  readonly #gateloop: Gateloop;
  readonly #startedAt = new Map<string, number>();
  /** By function. */
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

  /** Counts what happens until everything is quiet. */
  async measure(action: () => void): Promise<Usage> {
    const { stateMachines } = this.#gateloop.aws;
    const [transitions, calls] = [stateMachines.transitions, this.#calls()];
    this.#durations.clear();
    action();
    await this.#gateloop.aws.idle();
    const durations = [...this.#durations];
    const all = durations.flatMap(([, each]) => each);
    return {
      transitions: stateMachines.transitions - transitions,
      invocations: Object.fromEntries(durations.map(([name, each]) => [name, each.length])),
      milliseconds: Object.fromEntries(durations.map(([name, each]) => [name, roundTo2Digits(median(each))])),
      gigabyteSeconds: roundTo2Digits((sum(all) / 1000) * (MB_PER_VCPU / 1024)),
      calls: this.#calls() - calls,
    };
  }

  #calls(): number {
    return sum(Object.values(this.#gateloop.agentCore.calls()));
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function roundTo2Digits(value: number): number {
  return Number(value.toPrecision(2));
}

const gateloop = await startGateloop({
  clock: () => new SimulatedClock(),
  authorizationUrl: 'https://pages.example.com',
  schedules: false,
});
const meter = new Meter(gateloop);
const created = await meter.measure(() =>
  gateloop.aws.buckets.put(SPEC_BUCKET, 'workspaces/measured/manifest.yaml', Buffer.from(manifest())),
);
const passes: Usage[] = [];
for (let index = 0; index < PASSES; index += 1) {
  const look = { source: 'bench', detailType: 'Reconcile Requested', detail: { workspace: 'measured' } };
  passes.push(await meter.measure(() => gateloop.aws.bus.publish(look)));
}
await gateloop.close();
const pass = passes.toSorted((a, b) => a.gigabyteSeconds - b.gigabyteSeconds)[Math.floor(PASSES / 2)];
console.log(JSON.stringify({ targets: TARGETS, created, pass }, null, 2));
