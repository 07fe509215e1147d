import {
  DeleteGatewayTargetCommand,
  GetGatewayTargetCommand,
  ListAgentRuntimesCommand,
  UpdateGatewayTargetCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultRule } from '../../local/agentcore/settings/faults.ts';
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

/** Gives a target another Lambda function, as a person does in the console. */
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

describe('drift', () => {
  it('reverts a change made outside Gateloop when selfHeal is on', async () => {
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

  it('reports a change made outside Gateloop, and does not revert it, when selfHeal is off', async () => {
    uploadWorkspace(system, 'watching', ['one', 'two']);
    await system.settle();
    await changeOutsideGateloop('watching', 'two');
    expect(await reconcileAndCountCalls('watching')).toEqual({});
    const changed = system.outcome('watching').resources.find(({ name }) => name === 'watching/two');
    expect(changed?.reasons.join()).toContain('Changed outside Gateloop');
  });

  it('creates a target again that was deleted outside Gateloop when selfHeal is on', async () => {
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

describe('a lost ledger', () => {
  it('is rebuilt by the next reconcile without a write to AgentCore', async () => {
    uploadWorkspace(system, 'forgotten', ['one', 'two', 'three']);
    await system.settle();
    system.ledger.clear();
    expect(await reconcileAndCountCalls('forgotten')).toEqual({});
    expect(system.outcome('forgotten').outcome).toBe('ready');
  });
});

describe('a gateway that two workspaces declare', () => {
  const own = `  second:
    roleArn: arn:aws:iam::123456789012:role/gateway
    authorizerType: AWS_IAM
    protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } }
`;

  it('stays with the workspace that created it, and is refused to the other, which reconciles the rest', async () => {
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
    const callsOfSecond = await system.callsDuring(async () => {
      system.upload('second', 'manifest.yaml', `settings: { prune: true }\ngateways:\n${own}`);
      await system.settle();
    });
    expect(writesIn(callsOfSecond)).toEqual({});
    expect(await reconcileAndCountCalls('first')).toEqual({});
    expect(system.states('first')).toEqual({ shared: 'ready', 'shared/one': 'ready' });
  });

  it('has its tags read once, not by every reconcile', async () => {
    const seen = await system.callsDuring(async () => {
      await system.reconcile('first');
    });
    expect(seen).toEqual({ ListGateways: 1, ListGatewayTargets: 1 });
  });
});

describe('an update that keeps failing', () => {
  it('is rolled back to the last configuration that was ready, and reported', async () => {
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

const refusedWith = (operation: string, message: string): FaultRule => ({
  fault: 'error',
  operation,
  error: 'ValidationException',
  message,
  times: 2,
});

describe('a role that IAM has not propagated yet', () => {
  const manifest = (workspace: string) => `owners: { default: { email: owner@example.com } }
agentRuntimes:
  ${workspace}:
    agentRuntimeArtifact:
      containerConfiguration: { containerUri: 123456789012.dkr.ecr.us-east-1.amazonaws.com/search:1 }
    roleArn: arn:aws:iam::123456789012:role/runtime
    networkConfiguration: { networkMode: PUBLIC }
harnesses:
  ${workspace}h: { executionRoleArn: 'arn:aws:iam::123456789012:role/harness' }
`;

  it('is retried, unlike any other invalid request', async () => {
    const message =
      'Gateway execution role lacks permission to call bedrock-agentcore:GetWorkloadAccessToken';
    system.gateloop.agentCore.setFaults([refusedWith('CreateGatewayTarget', message)]);
    uploadWorkspace(system, 'spreading', ['one']);
    await system.settle();
    system.gateloop.agentCore.setFaults([]);
    expect(system.outcome('spreading').outcome).toBe('ready');
  });

  it('is retried for runtimes and harnesses too, with no failed attempt', async () => {
    const reason = "Role validation failed for 'arn:aws:iam::123456789012:role/harness'";
    system.gateloop.agentCore.setFaults([
      { ...refusedWith('CreateAgentRuntime', 'Access denied while validating ECR URI'), times: 4 },
      { fault: 'fail', operation: 'CreateHarness', reason, times: 1 },
      { fault: 'fail', operation: 'UpdateHarness', reason, times: 3 },
    ]);
    system.upload('roles', 'manifest.yaml', manifest('roles'));
    await system.settle();
    system.gateloop.agentCore.setFaults([]);
    expect(system.states('roles')).toEqual({ roles: 'ready', rolesh: 'ready' });
  });
});

describe('the runtime that a harness has', () => {
  const manifest = (harnesses: string) => `owners: { default: { email: owner@example.com } }
settings: { prune: true, selfHeal: true }
harnesses: ${harnesses}
agentRuntimes:
  searcher:
    agentRuntimeArtifact:
      containerConfiguration: { containerUri: 123456789012.dkr.ecr.us-east-1.amazonaws.com/search:1 }
    roleArn: arn:aws:iam::123456789012:role/runtime
    networkConfiguration: { networkMode: PUBLIC }
`;
  const runtimes = async () => {
    const { agentRuntimes = [] } = await system.control.send(new ListAgentRuntimesCommand({}));
    return agentRuntimes.map(({ agentRuntimeName }) => agentRuntimeName);
  };

  it('is neither adopted nor reported nor pruned', async () => {
    const harness = "{ desk: { executionRoleArn: 'arn:aws:iam::123456789012:role/harness' } }";
    system.upload('desks', 'manifest.yaml', manifest(harness));
    await system.settle();
    expect(await runtimes()).toContain('harness_desk');
    expect(system.states('desks')).toEqual({ desk: 'ready', searcher: 'ready' });
    const writes = writesIn(await system.callsDuring(() => system.reconcile('desks')));
    expect(writes).toEqual({});
    system.upload('desks', 'manifest.yaml', manifest('{}'));
    const calls = writesIn(await system.callsDuring(() => system.settle()));
    expect(calls).toEqual({ DeleteHarness: 1 });
    expect(system.states('desks')).toEqual({ searcher: 'ready' });
  });
});

describe('a gateway in a state that ends', () => {
  it('delays its targets and its own deletion, with no failed attempt', async () => {
    system.gateloop.agentCore.setFaults([
      {
        ...refusedWith(
          'CreateGatewayTarget',
          'Cannot perform operation CreateGatewayTarget when gateway is in CREATING status',
        ),
        times: 6,
      },
      { ...refusedWith('DeleteGateway', 'Gateway busy has targets associated with it.'), times: 6 },
    ]);
    uploadWorkspace(system, 'busy', ['one'], { settings: '{ prune: true }' });
    await system.settle();
    expect(system.outcome('busy').outcome).toBe('ready');
    system.upload(
      'busy',
      'manifest.yaml',
      'owners: { default: { email: owner@example.com } }\nsettings: { prune: true }\n',
    );
    await system.settle();
    system.gateloop.agentCore.setFaults([]);
    expect(system.outcome('busy')).toMatchObject({ outcome: 'ready', resources: [] });
  });
});

describe('a reconcile of 900 turns', () => {
  it('continues in a new execution under the same lease', async () => {
    uploadWorkspace(system, 'long', ['one', 'two', 'three', 'four', 'five', 'six']);
    await system.settle();
    const { stateMachines } = system.gateloop.aws;
    // The lease is taken, so that the upload's own execution leaves the work to the execution below.
    const now = system.gateloop.clock.now();
    await system.ledger.takeLease({ workspace: 'long', holder: 'long', now, duration: 300_000 });
    system.upload('long', 'schemas/one.json', toolSchema(['find', 'more']));
    await system.settle();
    // The execution starts as if it had done 899 turns.
    stateMachines.start(
      'reconcile',
      { workspace: 'long', leaseHolder: 'long', iteration: 899 },
      'long-first',
    );
    await system.settle();
    const continued = stateMachines
      .list('reconcile')
      .filter(({ input }) => JSON.stringify(input).includes('"leaseHolder":"long"'));
    expect(continued.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(system.outcome('long').outcome).toBe('ready');
  });
});
