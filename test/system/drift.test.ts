import {
  DeleteGatewayTargetCommand,
  GetGatewayTargetCommand,
  UpdateGatewayTargetCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestOf, type System, startSystem, toolSchema, uploadWorkspace, writesIn } from './system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

const ids = (workspace: string, target: string) => {
  const idOf = (name: string) =>
    system.outcome(workspace).resources.find((each) => each.name === name)?.id ?? '';
  return { gatewayIdentifier: idOf(workspace), targetId: idOf(`${workspace}/${target}`) };
};

/** What a person does in the console: another function behind the target, and no word to anybody. */
async function changeOutsideGateloop(workspace: string, target: string): Promise<void> {
  const { targetConfiguration, credentialProviderConfigurations, name } = await system.control.send(
    new GetGatewayTargetCommand(ids(workspace, target)),
  );
  const lambda = targetConfiguration?.mcp?.lambda;
  if (!lambda) throw new Error('the target is no Lambda target');
  const lambdaArn = 'arn:aws:lambda:us-east-1:123456789012:function:another';
  await system.control.send(
    new UpdateGatewayTargetCommand({
      ...ids(workspace, target),
      name,
      targetConfiguration: { mcp: { lambda: { ...lambda, lambdaArn } } },
      credentialProviderConfigurations,
    }),
  );
  await system.gateloop.aws.until(async () => {
    const { status } = await system.control.send(new GetGatewayTargetCommand(ids(workspace, target)));
    return status === 'READY';
  });
}

async function reconcileAndCountCalls(workspace: string): Promise<Record<string, number>> {
  const calls = await system.callsDuring(async () => {
    await system.reconcile(workspace);
  });
  return writesIn(calls);
}

describe('A change made by hand', () => {
  it('is undone where the workspace heals itself', async () => {
    uploadWorkspace(system, 'healing', ['one', 'two'], { settings: '{ selfHeal: true }' });
    await system.settle();
    await changeOutsideGateloop('healing', 'one');
    expect(await reconcileAndCountCalls('healing')).toEqual({ UpdateGatewayTarget: 1 });
    const { targetConfiguration } = await system.control.send(
      new GetGatewayTargetCommand(ids('healing', 'one')),
    );
    expect(targetConfiguration?.mcp?.lambda?.lambdaArn).toMatch(/:one$/);
    expect(await reconcileAndCountCalls('healing')).toEqual({});
  });

  it('is told and left alone where it does not', async () => {
    uploadWorkspace(system, 'watching', ['one', 'two']);
    await system.settle();
    await changeOutsideGateloop('watching', 'two');
    expect(await reconcileAndCountCalls('watching')).toEqual({});
    const changed = system.outcome('watching').resources.find(({ name }) => name === 'watching/two');
    expect(changed?.reasons.join()).toMatch(/by hand/);
  });

  it('that deletes a target is undone where the workspace heals itself, by a target of a new id', async () => {
    uploadWorkspace(system, 'restored', ['one', 'two'], { settings: '{ selfHeal: true }' });
    await system.settle();
    const before = ids('restored', 'one');
    await system.control.send(new DeleteGatewayTargetCommand(before));
    await system.gateloop.aws.until(async () =>
      system.control.send(new GetGatewayTargetCommand(before)).then(
        () => false,
        () => true,
      ),
    );
    expect(await reconcileAndCountCalls('restored')).toEqual({ CreateGatewayTarget: 1 });
    expect(ids('restored', 'one').targetId).not.toBe(before.targetId);
    expect(system.outcome('restored').outcome).toBe('ready');
  });
});

describe('A ledger that was lost', () => {
  it('is rebuilt by the next pass, without a write', async () => {
    uploadWorkspace(system, 'forgotten', ['one', 'two', 'three']);
    await system.settle();
    const { dynamodb } = system.gateloop.aws;
    const { Items } = await dynamodb.call('Scan', { TableName: 'gateloop-ledger' });
    for (const { workspace, item } of Items as { workspace: { S: string }; item: { S: string } }[]) {
      await dynamodb.call('DeleteItem', { TableName: 'gateloop-ledger', Key: { workspace, item } });
    }
    expect(await reconcileAndCountCalls('forgotten')).toEqual({});
    expect(system.outcome('forgotten').outcome).toBe('ready');
  });
});

describe('A gateway that two workspaces name', () => {
  const own = `  second:
    roleArn: arn:aws:iam::123456789012:role/gateway
    authorizerType: AWS_IAM
    protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } }
`;

  it('stays with the one that made it; the other is refused it by name, and goes on with the rest', async () => {
    uploadWorkspace(system, 'first', ['one'], { gateway: 'shared' });
    await system.settle();
    const calls = await system.callsDuring(async () => {
      system.upload('second', 'schemas/two.json', toolSchema());
      system.upload('second', 'manifest.yaml', `${manifestOf(['two'], { gateway: 'shared' })}${own}`);
      await system.settle();
    });
    expect(writesIn(calls)).toEqual({ CreateGateway: 1 });
    expect(system.states('second')).toEqual({ shared: 'refused', 'shared/two': 'failed', second: 'ready' });
    expect(JSON.stringify(system.outcome('second').resources)).toContain('belongs to the workspace');
    const taken = await system.callsDuring(async () => {
      system.upload('second', 'manifest.yaml', `settings: { prune: true }\ngateways:\n${own}`);
      await system.settle();
    });
    expect(writesIn(taken)).toEqual({});
    expect(await reconcileAndCountCalls('first')).toEqual({});
    expect(system.states('first')).toEqual({ shared: 'ready', 'shared/one': 'ready' });
  });

  it('is asked for its tags once, and no more where it is known', async () => {
    const seen = await system.callsDuring(async () => {
      await system.reconcile('first');
    });
    expect(seen).toEqual({ GetGateway: 1, ListGatewayTargets: 1 });
  });
});

describe('An update that keeps failing', () => {
  it('is taken back to the last configuration that was ready, and told', async () => {
    uploadWorkspace(system, 'rolled', ['one']);
    await system.settle();
    const good = await system.control.send(new GetGatewayTargetCommand(ids('rolled', 'one')));
    system.gateloop.agentCore.setFaults([
      { fault: 'fail', operation: 'UpdateGatewayTarget', times: 3, reason: 'Bad tool.' },
    ]);
    system.upload('rolled', 'schemas/one.json', toolSchema(['find', 'bad']));
    const writes = writesIn(await system.callsDuring(() => system.settle()));
    system.gateloop.agentCore.setFaults([]);
    expect(writes).toEqual({ UpdateGatewayTarget: 4 });
    const now = await system.control.send(new GetGatewayTargetCommand(ids('rolled', 'one')));
    expect(now.status).toBe('READY');
    expect(now.targetConfiguration).toEqual(good.targetConfiguration);
    const { outcome, resources } = system.outcome('rolled');
    expect(outcome).toBe('failed');
    expect(resources.flatMap(({ reasons }) => reasons).join()).toContain('Bad tool.');
  });
});

describe('A role that is still spreading through IAM', () => {
  it('is waited for, unlike any other invalid request', async () => {
    const message =
      'Gateway execution role lacks permission to call bedrock-agentcore:GetWorkloadAccessToken';
    system.gateloop.agentCore.setFaults([
      { fault: 'error', operation: 'CreateGatewayTarget', error: 'ValidationException', message, times: 2 },
    ]);
    uploadWorkspace(system, 'spreading', ['one']);
    await system.settle();
    system.gateloop.agentCore.setFaults([]);
    expect(system.outcome('spreading').outcome).toBe('ready');
  });
});

describe('A pass of very many turns', () => {
  it('goes on in a fresh execution, under the same lease', async () => {
    uploadWorkspace(system, 'long', ['one', 'two', 'three', 'four', 'five', 'six']);
    await system.settle();
    const { stateMachines, dynamodb } = system.gateloop.aws;
    // The lease is held already, so that the upload's own execution leaves the work to the one below.
    const expiresAt = { N: String(system.gateloop.clock.now() + 300_000) };
    const lease = { workspace: { S: 'long' }, item: { S: 'lease' }, holder: { S: 'long' }, expiresAt };
    await dynamodb.call('PutItem', { TableName: 'gateloop-ledger', Item: lease });
    system.upload('long', 'schemas/one.json', toolSchema(['find', 'more']));
    await system.settle();
    // As if 899 turns lay behind.
    stateMachines.start(
      'reconcile',
      { workspace: 'long', leaseHolder: 'long', iteration: 899 },
      'long-first',
    );
    await system.settle();
    const handedOn = stateMachines
      .list('reconcile')
      .filter(({ input }) => JSON.stringify(input).includes('"leaseHolder":"long"'));
    expect(handedOn.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(system.outcome('long').outcome).toBe('ready');
  });
});
