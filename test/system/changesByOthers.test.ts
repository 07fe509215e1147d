import {
  CreateAgentRuntimeCommand,
  GetAgentRuntimeCommand,
  GetGatewayTargetCommand,
  ListAgentRuntimesCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UpdateAgentRuntimeCommand,
  UpdateGatewayTargetCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningMcpServer, startMcpServer } from '../../examples/mcpServer.ts';
import {
  emulatorSettings,
  manifestOf,
  type System,
  startSystem,
  toolSchema,
  uploadWorkspace,
  writesIn,
} from './system.ts';

const ACCOUNT = '123456789012';
const RUNTIMES = 'https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/runtime`;
const SECRETS = { 'tools/key': 'first', 'shared/token': 'first' };

let server: RunningMcpServer;
let system: System;
beforeAll(async () => {
  server = await startMcpServer();
  system = await startSystem({
    trail: true,
    secrets: SECRETS,
    agentCore: { endpoints: { [RUNTIMES]: server.url } },
  });
});
afterAll(async () => {
  await system.close();
  await server.close();
});

/** Lets the events of calls arrive, and what they start end: the emulator hands over an event after the call. */
async function settle(): Promise<void> {
  await system.advance(1);
  await system.settle();
  await system.advance(1);
  await system.settle();
}

async function reconcile(workspace: string): Promise<void> {
  system.requestReconcile(workspace);
  await settle();
}

const now = () => system.gateloop.clock.now();
const executions = (machine: string) => system.gateloop.aws.stateMachines.list(machine).length;

const targetOf = (workspace: string, name: string) => {
  const idOf = (resource: string) =>
    system.outcome(workspace).resources.find((each) => each.name === resource)?.id ?? '';
  return { gatewayIdentifier: idOf(workspace), targetId: idOf(`${workspace}/${name}`) };
};

/** Describes a target otherwise, as a person does in the console. */
async function describeTarget(target: ReturnType<typeof targetOf>, description: string): Promise<void> {
  const { targetConfiguration, credentialProviderConfigurations, name } = await system.control.send(
    new GetGatewayTargetCommand(target),
  );
  await system.control.send(
    new UpdateGatewayTargetCommand({
      ...target,
      name,
      description,
      targetConfiguration,
      credentialProviderConfigurations,
    }),
  );
}

/** How long it took, in simulated ms, without the time during which the target had an operation in progress. */
async function waitFor(
  target: ReturnType<typeof targetOf>,
  isUndone: (description: string | undefined) => boolean,
): Promise<number> {
  const startedAt = now();
  let inOperation = 0;
  let since: number | undefined;
  await system.gateloop.aws.until(async () => {
    const { status, description } = await system.control.send(new GetGatewayTargetCommand(target));
    if (status !== 'READY') since ??= now();
    else if (since !== undefined) {
      inOperation += now() - since;
      since = undefined;
    }
    return status === 'READY' && isUndone(description);
  });
  return now() - startedAt - inOperation;
}

const runtime = (version: string) =>
  `roleArn: '${ROLE}', networkConfiguration: { networkMode: PUBLIC }, agentRuntimeArtifact: { containerConfiguration: { containerUri: '${imageOf(version)}' } }`;

function imageOf(version: string): string {
  return `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/tools:${version}`;
}

/** A runtime that another client creates. */
const otherRuntime = (agentRuntimeName: string, version: string) => ({
  agentRuntimeName,
  roleArn: ROLE,
  networkConfiguration: { networkMode: 'PUBLIC' as const },
  agentRuntimeArtifact: { containerConfiguration: { containerUri: imageOf(version) } },
});

async function runtimesNamed(name: string) {
  const { agentRuntimes = [] } = await system.control.send(new ListAgentRuntimesCommand({}));
  return agentRuntimes.filter(({ agentRuntimeName }) => agentRuntimeName === name);
}

describe('a change by another client', () => {
  it('is undone within ten seconds and the time of the operations, without a schedule', async () => {
    uploadWorkspace(system, 'healing', ['one', 'two'], { settings: '{ selfHeal: true }' });
    await settle();
    const target = targetOf('healing', 'one');
    await describeTarget(target, 'By hand.');
    expect(await waitFor(target, (description) => description === undefined)).toBeLessThan(10_000);
    await settle();
    expect(system.outcome('healing').outcome).toBe('ready');
  });

  it('is told within seconds where selfHeal is off', async () => {
    uploadWorkspace(system, 'watched', ['one'], { settings: '{ selfHeal: false }' });
    await settle();
    const writes = writesIn(
      await system.callsDuring(async () => {
        await describeTarget(targetOf('watched', 'one'), 'By hand.');
        await settle();
      }),
    );
    expect(writes).toEqual({ UpdateGatewayTarget: 1 });
    expect(system.states('watched')).toMatchObject({ 'watched/one': 'drifted' });
  });

  it('is seen where it is made during a reconciliation, after the target was ready', async () => {
    uploadWorkspace(system, 'meanwhile', ['one', 'two'], { settings: '{ selfHeal: true }' });
    await settle();
    const target = targetOf('meanwhile', 'one');
    system.gateloop.agentCore.setFaults([{ fault: 'slow', operation: 'UpdateGatewayTarget', factor: 60 }]);
    system.upload('meanwhile', 'schemas/two.json', toolSchema(['find', 'more']));
    await system.advance(5000);
    system.gateloop.agentCore.setFaults([]);
    await describeTarget(target, 'By hand.');
    await settle();
    const { description } = await system.control.send(new GetGatewayTargetCommand(target));
    expect(description).toBeUndefined();
    expect(system.outcome('meanwhile').outcome).toBe('ready');
  });

  it('is undone within seconds where it is a tag, which no List shows', async () => {
    const manifest = `settings: { selfHeal: true }
agentRuntimes:
  tagged: { ${runtime('1')}, tags: { team: payments } }
`;
    system.upload('tagged', 'manifest.yaml', manifest);
    await settle();
    const [found] = await runtimesNamed('tagged');
    const resourceArn = found?.agentRuntimeArn ?? '';
    const writes = writesIn(
      await system.callsDuring(async () => {
        await system.control.send(new TagResourceCommand({ resourceArn, tags: { team: 'other' } }));
        await settle();
      }),
    );
    expect(writes).toEqual({ TagResource: 2 });
    const { tags } = await system.control.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toMatchObject({ team: 'payments' });
  });

  it('starts nothing where it is about no resource of a workspace', async () => {
    const before = executions('reconcile');
    await system.control.send(new CreateAgentRuntimeCommand(otherRuntime('nobodys', '1')));
    await settle();
    expect(executions('reconcile')).toBe(before);
  });
});

describe('what Gateloop does itself', () => {
  it('starts no execution', async () => {
    const before = { resync: executions('resync'), reconcile: executions('reconcile') };
    uploadWorkspace(system, 'quiet', ['one', 'two']);
    system.upload(
      'quiet',
      'manifest.yaml',
      `${manifestOf(['one', 'two'], { gateway: 'quiet' })}
agentRuntimes:
  quietRuntime: { ${runtime('1')}, tags: { team: payments } }
`,
    );
    await settle();
    // The four uploads start one execution, and nothing else starts any.
    expect(executions('resync')).toBe(before.resync);
    expect(executions('reconcile') - before.reconcile).toBe(1);
    expect(writesIn(system.gateloop.agentCore.calls())).toMatchObject({
      CreateGatewayTarget: expect.any(Number),
    });
  });
});

describe('an agent runtime behind the endpoint of a target', () => {
  const manifest = (workspace: string, arn: string, more = '') => `settings: { resync: never }
gateways:
  ${workspace}:
    roleArn: arn:aws:iam::${ACCOUNT}:role/gateway
    authorizerType: AWS_IAM
    protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } }
    targets:
      tools:
        targetConfiguration:
          mcp:
            mcpServer:
              endpoint: '${RUNTIMES}${encodeURIComponent(arn)}/invocations?qualifier=DEFAULT'
${more}`;

  it('has its target synchronized when another client changes it, in every workspace that uses it', async () => {
    const created = await system.control.send(new CreateAgentRuntimeCommand(otherRuntime('shared', '1')));
    await settle();
    for (const workspace of ['users', 'others'])
      system.upload(workspace, 'manifest.yaml', manifest(workspace, created.agentRuntimeArn ?? ''));
    await settle();
    expect(system.outcome('users').outcome).toBe('ready');
    const { agentRuntimeName: _, ...update } = otherRuntime('shared', '2');
    const writes = writesIn(
      await system.callsDuring(async () => {
        const { agentRuntimeId } = created;
        await system.control.send(new UpdateAgentRuntimeCommand({ agentRuntimeId, ...update }));
        await settle();
      }),
    );
    expect(writes).toEqual({ UpdateAgentRuntime: 1, SynchronizeGatewayTargets: 2 });
    expect(writesIn(await system.callsDuring(() => reconcile('users')))).toEqual({});
  });

  it('has the targets of another workspace synchronized when the workspace that manages it changes it, within seconds', async () => {
    const declared = (version: string) => `agentRuntimes:\n  managed: { ${runtime(version)} }\n`;
    system.upload('managing', 'manifest.yaml', declared('1'));
    await settle();
    const [managed] = await runtimesNamed('managed');
    system.upload('using', 'manifest.yaml', manifest('using', managed?.agentRuntimeArn ?? ''));
    await settle();
    expect(system.outcome('using').outcome).toBe('ready');
    const startedAt = now();
    const writes = writesIn(
      await system.callsDuring(async () => {
        system.upload('managing', 'manifest.yaml', declared('2'));
        await settle();
      }),
    );
    expect(writes).toEqual({ UpdateAgentRuntime: 1, SynchronizeGatewayTargets: 1 });
    expect(now() - startedAt).toBeLessThan(120_000);
    expect(writesIn(await system.callsDuring(() => reconcile('managing')))).toEqual({});
  });

  it('has its target synchronized when the manifest changes it', async () => {
    const declared = (version: string) => `agentRuntimes:\n  served: { ${runtime(version)} }\n`;
    system.upload('serving', 'manifest.yaml', declared('1'));
    await settle();
    const [served] = await runtimesNamed('served');
    const upload = (version: string) =>
      system.upload(
        'serving',
        'manifest.yaml',
        manifest('serving', served?.agentRuntimeArn ?? '', declared(version)),
      );
    upload('1');
    await settle();
    expect(system.states('serving')).toEqual({ serving: 'ready', 'serving/tools': 'ready', served: 'ready' });
    const writes = writesIn(
      await system.callsDuring(async () => {
        upload('2');
        await settle();
      }),
    );
    expect(writes).toEqual({ UpdateAgentRuntime: 1, SynchronizeGatewayTargets: 1 });
    expect(writesIn(await system.callsDuring(() => reconcile('serving')))).toEqual({});
  });
});

describe('a rotated secret', () => {
  const manifest = `apiKeyCredentialProviders:
  ledger: { apiKey: { secretsManager: tools/key } }
agentRuntimes:
  holder: { ${runtime('1')}, environmentVariables: { TOKEN: { secretsManager: shared/token } } }
`;
  let secrets: SecretsManagerClient;
  beforeAll(() => {
    const { AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint = '' } = system.gateloop.aws.environment;
    secrets = new SecretsManagerClient(emulatorSettings(endpoint));
  });
  afterAll(() => secrets.destroy());
  const rotate = async (name: string, value: string) => {
    await secrets.send(new PutSecretValueCommand({ SecretId: name, SecretString: value }));
  };

  it('reaches a provider and the variables of a runtime within seconds of its event', async () => {
    system.upload('tools', 'manifest.yaml', manifest);
    await settle();
    expect(system.outcome('tools').outcome).toBe('ready');
    expect(writesIn(await system.callsDuring(() => reconcile('tools')))).toEqual({});
    const ofProvider = writesIn(
      await system.callsDuring(async () => {
        await rotate('tools/key', 'second');
        await settle();
      }),
    );
    expect(ofProvider).toEqual({ UpdateApiKeyCredentialProvider: 1 });
    const ofRuntime = writesIn(
      await system.callsDuring(async () => {
        await rotate('shared/token', 'second');
        await settle();
      }),
    );
    expect(ofRuntime).toEqual({ UpdateAgentRuntime: 1 });
    const [holder] = await runtimesNamed('holder');
    const { environmentVariables } = await system.control.send(
      new GetAgentRuntimeCommand({ agentRuntimeId: holder?.agentRuntimeId }),
    );
    expect(environmentVariables).toEqual({ TOKEN: 'second' });
    expect(system.states('tools')).toEqual({ ledger: 'ready', holder: 'ready' });
    expect(writesIn(await system.callsDuring(() => reconcile('tools')))).toEqual({});
  });

  it('leaves no value in the ledger, in events or in outcomes', async () => {
    await rotate('shared/token', 'a-value-that-nothing-else-has');
    await settle();
    const { aws } = system.gateloop;
    const texts = [aws.bus.archive(), system.outcome('tools')].map((each) => JSON.stringify(each));
    texts.push(system.ledger.text());
    for (const text of texts) expect(text).not.toContain('a-value-that-nothing-else-has');
  });
});
