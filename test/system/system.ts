import type { Outcome } from '../../core/outcome/outcome.ts';
import { outcomeKey } from '../../core/storage/keys.ts';
import { outcomeDocument } from '../../core/storage/outcomeDocument.ts';
import { type Gateloop, type GateloopOptions, SPEC_BUCKET, startGateloop } from '../../local/gateloop.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';

/** The whole system under simulated time, with what tests do to it and ask of it. */
export class System {
  readonly gateloop: Gateloop;

  constructor(gateloop: Gateloop) {
    this.gateloop = gateloop;
  }

  upload(workspace: string, path: string, content: string | Buffer): void {
    this.gateloop.aws.buckets.put(SPEC_BUCKET, `workspaces/${workspace}/${path}`, content);
  }

  remove(workspace: string, path: string): void {
    this.gateloop.aws.buckets.delete(SPEC_BUCKET, `workspaces/${workspace}/${path}`);
  }

  /** Asks for a look, as a schedule or a person would. */
  reconcile(workspace: string): void {
    const { bus } = this.gateloop.aws;
    bus.publish({ source: 'test', detailType: 'Reconcile Requested', detail: { workspace } });
  }

  /** Lets simulated time pass until everything has settled. */
  settle(): Promise<void> {
    return this.gateloop.aws.idle();
  }

  outcome(workspace: string): Outcome {
    const key = outcomeKey(workspace);
    return outcomeDocument.parse(key, JSON.parse(this.gateloop.aws.buckets.text(SPEC_BUCKET, key)));
  }

  /** Each resource's state by its name. */
  states(workspace: string): Record<string, string> {
    return Object.fromEntries(this.outcome(workspace).resources.map(({ name, state }) => [name, state]));
  }

  /** Requests to the control plane while `work` is done, by operation. */
  async callsDuring(work: () => Promise<void>): Promise<Record<string, number>> {
    const before = this.gateloop.agentCore.calls();
    await work();
    const after = Object.entries(this.gateloop.agentCore.calls());
    return Object.fromEntries(
      after
        .map(([name, count]): [string, number] => [name, count - (before[name] ?? 0)])
        .filter(([, count]) => count > 0),
    );
  }

  messages(workspace: string): string[] {
    return this.gateloop.aws.outbox
      .list()
      .map(({ subject = '', message }) => `${subject}\n${message}`)
      .filter((text) => text.includes(workspace));
  }
}

/** Starts a system that schedules do not disturb. Close it with `gateloop.close()`. */
export async function startSystem(options: Partial<GateloopOptions> = {}): Promise<System> {
  const clock = new SimulatedClock();
  return new System(
    await startGateloop({
      clock: () => clock,
      authorizationUrl: 'http://127.0.0.1:4700',
      schedules: false,
      ...options,
    }),
  );
}

/** The writes among calls. */
export function writesIn(calls: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(calls).filter(([name]) => !/^(Get|List)/.test(name)));
}

const DEFAULT_TOOLS = ['find'];

/** A Lambda tool schema with the tools named. */
export function toolSchema(names: readonly string[] = DEFAULT_TOOLS, description = 'Finds things.'): string {
  const inputSchema = { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] };
  return JSON.stringify(names.map((name) => ({ name, description, inputSchema })));
}

export interface ManifestOptions {
  readonly gateway?: string;
  readonly settings?: string;
  /** Further lines inside of `targets`, indented by six. */
  readonly moreTargets?: string;
}

/** A manifest with one gateway and Lambda targets, each with the schema `schemas/<target>.json`. */
export function manifestOf(targets: readonly string[], options: ManifestOptions = {}): string {
  const { gateway = 'front', settings = '{}', moreTargets = '' } = options;
  return `owners: { default: { email: owner@example.com } }
settings: ${settings}
gateways:
  ${gateway}:
    roleArn: arn:aws:iam::123456789012:role/gateway
    authorizerType: AWS_IAM
    protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } }
    targets:
${targets.map(lambdaTarget).join('')}${moreTargets}`;
}

function lambdaTarget(name: string): string {
  return `      ${name}:
        targetConfiguration:
          mcp:
            lambda:
              lambdaArn: arn:aws:lambda:us-east-1:123456789012:function:${name}
              toolSchema: { file: schemas/${name}.json }
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]
`;
}

/** Uploads a workspace of Lambda targets; the manifest last, as `npm start` does. */
export function uploadWorkspace(
  system: System,
  workspace: string,
  targets: readonly string[],
  options: ManifestOptions = {},
): void {
  for (const target of targets) system.upload(workspace, `schemas/${target}.json`, toolSchema());
  system.upload(workspace, 'manifest.yaml', manifestOf(targets, { gateway: workspace, ...options }));
}
