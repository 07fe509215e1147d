import {
  GetGatewayCommand,
  GetGatewayTargetCommand,
  UpdateGatewayCommand,
  UpdateGatewayTargetCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { type System, startSystem, writesIn } from '../test/system/system.ts';
import { round } from './statistics.ts';

/** The calls to the control plane of a pass that finds nothing to do. */
export interface QuietPass {
  readonly gateways: number;
  readonly targets: number;
  readonly writes: number;
  readonly gets: number;
  /** Pages of ListGateways: all gateways share them. */
  readonly listGateways: number;
  readonly listGatewayTargets: number;
  /** Of all operations. */
  readonly calls: number;
  /** A poll lists the targets of eight gateways, which the service grants a second. */
  readonly polls: number;
}

/** The Gets of one write of a gateway or a target. */
export interface SnapshotReads {
  readonly write: string;
  readonly writes: number;
  /** Before the write, where the manifest asks for an update: members that cannot be changed are sent as they are. */
  readonly getsBefore: number;
  /** From the write until it has settled. The last one shows what the service made of it. */
  readonly getsAfter: number;
}

/** From a change by another client until it is undone, in simulated seconds. */
export interface ForeignChange {
  readonly changed: string;
  /** While the resource has an operation in progress: the other client's and Gateloop's. */
  readonly operationSeconds: number;
  /** The time besides. The events of CloudTrail arrive at once; AWS promises no time. */
  readonly otherSeconds: number;
}

/** A workspace of gateways named `front-1`, `front-2`, …, each with Lambda targets named `target-1`, … */
interface Workspace {
  readonly gateways: number;
  /** Of each gateway. */
  readonly targets: number;
  /** Of every gateway and target. */
  readonly description?: string;
}

const WORKSPACE = 'measured';
/** In ms. Tags and whole configurations are read once an hour, and not in this pass. */
const DRIFT_PASS_INTERVAL = 15 * 60_000;

function manifestOf({ gateways, targets, description = 'As made.' }: Workspace): string {
  const tool = '{ name: lookup, description: Looks up, inputSchema: { type: object, properties: {} } }';
  const target = (index: number) => `
      target-${index}:
        description: ${description}
        targetConfiguration:
          mcp: { lambda: { lambdaArn: "arn:aws:lambda:us-east-1:123456789012:function:tools", toolSchema: { inlinePayload: [${tool}] } } }
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]`;
  const gateway = (index: number) => `
  front-${index}:
    description: ${description}
    roleArn: arn:aws:iam::123456789012:role/gateway
    protocolType: MCP
    authorizerType: AWS_IAM
    targets: ${targets === 0 ? '{}' : ''}${numbers(targets).map(target).join('')}`;
  return `owners: { default: { email: owner@example.com } }
settings: { selfHeal: true, prune: true }
gateways:${numbers(gateways).map(gateway).join('')}
`;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

async function upload(system: System, workspace: Workspace): Promise<void> {
  system.upload(WORKSPACE, 'manifest.yaml', manifestOf(workspace));
  await system.settle();
}

/** Counts the calls of one pass over each number of gateways, with five targets each. */
export async function measureQuietPasses(sizes: readonly number[]): Promise<QuietPass[]> {
  const passes: QuietPass[] = [];
  for (const gateways of sizes) passes.push(await withSystem((system) => measureQuietPass(system, gateways)));
  return passes;
}

async function measureQuietPass(system: System, gateways: number): Promise<QuietPass> {
  const targets = 5;
  await upload(system, { gateways, targets });
  await system.advance(DRIFT_PASS_INTERVAL);
  let polls = 0;
  const stop = system.gateloop.aws.onActivity((activity) => {
    if (activity.kind === 'invocation' && activity.function === 'poll' && activity.phase === 'started')
      polls += 1;
  });
  const calls = await system.callsDuring(() => system.reconcile(WORKSPACE));
  stop();
  const { ListGateways: listGateways = 0, ListGatewayTargets: listGatewayTargets = 0 } = calls;
  return {
    gateways,
    targets: gateways * targets,
    writes: total(writesIn(calls)),
    gets: getsIn(calls),
    listGateways,
    listGatewayTargets,
    calls: total(calls),
    polls,
  };
}

/** Counts the Gets of the creation and the update of a gateway, and of a target on a gateway that stays as it is. */
export function measureSnapshots(): Promise<SnapshotReads[]> {
  return withSystem(async (system) => {
    const gateway = { gateways: 1, targets: 0 };
    return [
      await measureSnapshot(system, gateway, 'CreateGateway'),
      await measureSnapshot(system, { ...gateway, description: 'Changed.' }, 'UpdateGateway'),
      await measureSnapshot(
        system,
        { ...gateway, targets: 1, description: 'Changed.' },
        'CreateGatewayTarget',
      ),
      await measureTargetUpdate(system),
    ];
  });
}

/** Changes a target alone: the description of its gateway stays. */
function measureTargetUpdate(system: System): Promise<SnapshotReads> {
  const before = manifestOf({ gateways: 1, targets: 1, description: 'Changed.' });
  const [head = '', ...targets] = before.split('target-1:');
  const after = [head, ...targets.map((text) => text.replace('Changed.', 'Changed again.'))].join(
    'target-1:',
  );
  return measureWrite(system, after, 'UpdateGatewayTarget');
}

function measureSnapshot(system: System, workspace: Workspace, write: string): Promise<SnapshotReads> {
  return measureWrite(system, manifestOf(workspace), write);
}

async function measureWrite(system: System, manifest: string, write: string): Promise<SnapshotReads> {
  const { aws, agentCore } = system.gateloop;
  const getOperation = write.replace(/^(Create|Update)/, 'Get');
  const gets = () => agentCore.calls()[getOperation] ?? 0;
  const [getsAtStart, writesAtStart] = [gets(), agentCore.writes().length];
  let getsAtWrite: number | undefined;
  const stop = aws.onActivity((activity) => {
    if (activity.kind === 'invocation' && activity.function === 'provision') getsAtWrite ??= gets();
  });
  system.upload(WORKSPACE, 'manifest.yaml', manifest);
  await system.settle();
  stop();
  const writes = agentCore.writes().slice(writesAtStart);
  return {
    write,
    writes: writes.filter(({ operation }) => operation === write).length,
    getsBefore: (getsAtWrite ?? getsAtStart) - getsAtStart,
    getsAfter: gets() - (getsAtWrite ?? getsAtStart),
  };
}

/** Measures how long a change of a gateway and of a target lasts that another client makes. */
export function measureForeignChanges(): Promise<ForeignChange[]> {
  return withSystem(
    async (system) => {
      await upload(system, { gateways: 1, targets: 1 });
      const idOf = (name: string) =>
        system.outcome(WORKSPACE).resources.find((resource) => resource.name === name)?.id ?? '';
      const gateway = { gatewayIdentifier: idOf('front-1') };
      const target = { ...gateway, targetId: idOf('front-1/target-1') };
      const { control } = system;
      const getGateway = () => control.send(new GetGatewayCommand(gateway));
      const getTarget = () => control.send(new GetGatewayTargetCommand(target));
      return [
        await measureForeignChange(system, 'gateway', getGateway, async (description) => {
          const { name, roleArn, authorizerType, protocolType } = await getGateway();
          const members = { name, roleArn, authorizerType, protocolType };
          await control.send(new UpdateGatewayCommand({ ...gateway, ...members, description }));
        }),
        await measureForeignChange(system, 'target', getTarget, async (description) => {
          const { name, targetConfiguration, credentialProviderConfigurations } = await getTarget();
          const members = { name, targetConfiguration, credentialProviderConfigurations };
          await control.send(new UpdateGatewayTargetCommand({ ...target, ...members, description }));
        }),
      ];
    },
    { trail: true },
  );
}

async function measureForeignChange(
  system: System,
  changed: string,
  read: () => Promise<{ readonly status?: string | undefined; readonly description?: string | undefined }>,
  change: (description: string) => Promise<void>,
): Promise<ForeignChange> {
  const { clock, aws } = system.gateloop;
  await change('By hand.');
  const startedAt = clock.now();
  let inOperation = 0;
  let since: number | undefined;
  await aws.until(async () => {
    const { status, description } = await read();
    if (status !== 'READY') since ??= clock.now();
    else if (since !== undefined) {
      inOperation += clock.now() - since;
      since = undefined;
    }
    return status === 'READY' && description === 'As made.';
  });
  const elapsed = clock.now() - startedAt;
  await system.settle();
  return {
    changed,
    operationSeconds: round(inOperation / 1000, 1),
    otherSeconds: round((elapsed - inOperation) / 1000, 1),
  };
}

async function withSystem<Result>(
  work: (system: System) => Promise<Result>,
  options: Parameters<typeof startSystem>[0] = {},
): Promise<Result> {
  const system = await startSystem(options);
  try {
    return await work(system);
  } finally {
    await system.close();
  }
}

function getsIn(calls: Readonly<Record<string, number>>): number {
  return total(
    Object.fromEntries(Object.entries(calls).filter(([operation]) => operation.startsWith('Get'))),
  );
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
