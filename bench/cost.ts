import { SimulatedClock } from '../local/clock.ts';
import { type Gateloop, SPEC_BUCKET, startGateloop } from '../local/gateloop.ts';

/**
 * `npm run bench:cost`: counts what Gateloop uses of AWS, for `docs/cost.md`: state transitions, invocations and calls to
 * the control plane, for creating targets and for a pass that finds nothing to do.
 */

const TARGETS = 100;

interface Counted {
  readonly transitions: number;
  readonly invocations: Readonly<Record<string, number>>;
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
  readonly #invocations = new Map<string, number>();

  constructor(gateloop: Gateloop) {
    this.#gateloop = gateloop;
    gateloop.aws.onActivity((activity) => {
      if (activity.kind !== 'invocation' || activity.phase !== 'started') return;
      this.#invocations.set(activity.function, (this.#invocations.get(activity.function) ?? 0) + 1);
    });
  }

  /** Counts what happens until everything is quiet. */
  async during(act: () => void): Promise<Counted> {
    const { stateMachines } = this.#gateloop.aws;
    const [transitions, calls] = [stateMachines.transitions, this.#calls()];
    this.#invocations.clear();
    act();
    await this.#gateloop.aws.idle();
    return {
      transitions: stateMachines.transitions - transitions,
      invocations: Object.fromEntries(this.#invocations),
      calls: this.#calls() - calls,
    };
  }

  #calls(): number {
    return Object.values(this.#gateloop.agentCore.calls()).reduce((sum, count) => sum + count, 0);
  }
}

const gateloop = await startGateloop({
  clock: () => new SimulatedClock(),
  authorizationUrl: 'https://pages.example.com',
  schedules: false,
});
const meter = new Meter(gateloop);
const created = await meter.during(() =>
  gateloop.aws.buckets.put(SPEC_BUCKET, 'workspaces/measured/manifest.yaml', Buffer.from(manifest())),
);
const pass = await meter.during(() => {
  gateloop.aws.bus.publish({
    source: 'bench',
    detailType: 'Reconcile Requested',
    detail: { workspace: 'measured' },
  });
});
await gateloop.close();
console.log(JSON.stringify({ targets: TARGETS, created, pass }, null, 2));
