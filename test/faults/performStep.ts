import {
  CreateGatewayTargetCommand,
  DeleteGatewayTargetCommand,
  UpdateGatewayTargetCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import type { FaultWorld } from './faultWorld.ts';
import { answerRequest } from './person.ts';
import type { Act, Step } from './scenario.ts';
import { rivalManifestText, schemaFile, type TargetModel, type WorkspaceModel } from './workspaceModel.ts';

/** What a step acts on. */
interface StepContext {
  readonly world: FaultWorld;
  readonly model: WorkspaceModel;
  /** Absent where every target was removed. */
  readonly target: TargetModel | undefined;
}

/** The name of a target that another client makes. Gateloop must never change it. */
export const FOREIGN_TARGET = 'made-by-others';

export async function performStep(world: FaultWorld, { after, act, workspace, target }: Step): Promise<void> {
  await world.clock.advance(after * 1000);
  const model = world.model(workspace);
  await performAct[act]({ world, model, target: model.targets[target % Math.max(1, model.targets.length)] });
}

type Perform = (context: StepContext) => void | Promise<void>;

const performAct: Readonly<Record<Act, Perform>> = {
  upload: ({ world, model }) => world.repair(model),
  editTarget: ({ world, model, target }) => {
    if (target) uploadEdited(world, withTarget(model, { ...target, version: target.version + 1 }));
  },
  editGateway: ({ world, model }) =>
    uploadEdited(world, { ...model, gatewayVersion: model.gatewayVersion + 1 }),
  removeTarget: ({ world, model, target }) =>
    uploadEdited(world, { ...model, targets: model.targets.filter((each) => each !== target) }),
  addTarget: ({ world, model }) => {
    const name = `target-${world.nextTarget()}`;
    uploadEdited(world, { ...model, targets: [...model.targets, { name, kind: 'lambda', version: 1 }] });
  },
  breakSchema: ({ world, model, target }) => {
    const file = target && schemaFile(target);
    if (file) world.breakFile(model.name, file.path, `${file.text.slice(0, -9)} broken`);
  },
  breakManifest: ({ world, model }) =>
    world.put(model.name, 'manifest.yaml', 'gateways: [this is, no manifest'),
  reconcile: ({ world, model }) => world.publish('Reconcile Requested', { workspace: model.name }),
  changeTarget: (context) =>
    changeStored(context, (client, { gatewayId, targetId, name }) =>
      client.send(
        new UpdateGatewayTargetCommand({
          gatewayIdentifier: gatewayId,
          targetId,
          name,
          ...foreignConfiguration,
        }),
      ),
    ),
  deleteTarget: (context) =>
    changeStored(context, (client, { gatewayId, targetId }) =>
      client.send(new DeleteGatewayTargetCommand({ gatewayIdentifier: gatewayId, targetId })),
    ),
  createTarget: async ({ world, model }) => {
    const gateway = world.gatewayOf(model);
    if (!gateway) return;
    const isMade = await world.writeAsForeigner((client) =>
      client.send(
        new CreateGatewayTargetCommand({
          gatewayIdentifier: gateway.id,
          name: FOREIGN_TARGET,
          ...foreignConfiguration,
        }),
      ),
    );
    if (isMade) world.foreignTargets.add(model.name);
  },
  retry: (context) => command(context, 'Retry Requested'),
  sync: (context) => command(context, 'Sync Requested'),
  suspend: ({ world, model }) => world.ledger.suspend(model.name, { since: world.clock.now() }),
  resume: async ({ world, model }) => {
    await world.ledger.resume(model.name);
    world.publish('Reconcile Requested', { workspace: model.name });
  },
  stopRequests: ({ world }) => world.stopRequests(),
  breakRecord: ({ world, model, target }) => {
    const address = target && (`gatewayTarget/${model.name}/${target.name}` as const);
    if (!address) return;
    const isNamed = world.outcome(model.name)?.applied[address]?.outputs !== undefined;
    const isAsked = world.openRequests().some((request) => request.address === address);
    // Before an outcome names a target, its record alone proves that Gateloop made it. Whom the record says to be asked
    // already is asked once more.
    if (isNamed && !isAsked) world.ledger.corruptResource(model.name, address, () => 'no record');
  },
  changeServer: ({ world, target }) => {
    if (target?.kind === 'mcpServer') world.changeServer(target);
  },
  contest: ({ world, model }) => {
    // Before a workspace has its gateway, whoever claims the name first is its owner.
    if (world.gatewayOf(model)?.owner === model.name)
      world.put('rival', 'manifest.yaml', rivalManifestText(model));
  },
  driftPass: ({ world }) => world.driftPass(),
  resyncTick: ({ world }) => world.resyncTick(),
  grant: (context) => answer(context, 'grant'),
  deny: (context) => answer(context, 'deny'),
  refuse: (context) => answer(context, 'refuse'),
  consentTwice: (context) => answer(context, 'consentTwice'),
  completeWithoutConsent: (context) => answer(context, 'completeWithoutConsent'),
};

const foreignConfiguration = {
  targetConfiguration: {
    mcp: {
      lambda: {
        lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:foreign',
        toolSchema: {
          inlinePayload: [
            { name: 'foreign', description: 'Of others.', inputSchema: { type: 'object' as const } },
          ],
        },
      },
    },
  },
  credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' as const }],
};

function uploadEdited(world: FaultWorld, model: WorkspaceModel): void {
  world.setModel(model);
  world.upload(model);
}

function withTarget(model: WorkspaceModel, edited: TargetModel): WorkspaceModel {
  const targets = model.targets.map((target) => (target.name === edited.name ? edited : target));
  return { ...model, targets };
}

type ForeignWrite = (
  client: FaultWorld['foreign'],
  stored: { readonly gatewayId: string; readonly targetId: string; readonly name: string },
) => Promise<unknown>;

/** Another client changes the target of the step, if the service has it. */
async function changeStored({ world, model, target }: StepContext, write: ForeignWrite): Promise<void> {
  const gateway = world.gatewayOf(model);
  const stored = gateway?.targets.find(({ name }) => name === target?.name);
  if (!gateway || !stored) return;
  await world.writeAsForeigner((client) =>
    write(client, { gatewayId: gateway.id, targetId: stored.id, name: stored.name }),
  );
}

function command({ world, model, target }: StepContext, detailType: string): void {
  if (!target) return;
  world.publish(detailType, {
    workspace: model.name,
    resource: `gatewayTarget/${model.name}/${target.name}`,
  });
}

async function answer(
  { world, model }: StepContext,
  how: Parameters<typeof answerRequest>[2],
): Promise<void> {
  const request = world.openRequests().find(({ workspace }) => workspace === model.name);
  if (request) await answerRequest(world, request, how);
}
