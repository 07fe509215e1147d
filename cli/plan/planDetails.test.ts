import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BedrockAgentCoreControlClient,
  CreateGatewayCommand,
  GetAgentRuntimeCommand,
  GetGatewayTargetCommand,
  ListAgentRuntimesCommand,
  UpdateAgentRuntimeCommand,
  UpdateGatewayTargetCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Address } from '../../core/address.ts';
import {
  emulatorSettings,
  manifestOf,
  type System,
  startSystem,
  toolSchema,
} from '../../test/system/system.ts';
import { exitCodes } from '../exitCodes.ts';
import { type Files, folderWith, type Planned, planIn } from '../testing/planning.ts';
import type { LivePorts } from './livePorts.ts';

const SECRETS = { 'shared/token': 'value-of-the-first', 'shared/other': 'value-of-the-second' };
let system: System;
beforeAll(async () => {
  system = await startSystem({ secrets: SECRETS });
});
afterAll(() => system.close());

function upload(workspace: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) system.upload(workspace, path, content);
  return system.settle();
}

const resourceOf = ({ plan }: Planned, address: string) => {
  const found = plan?.resources.find((each) => each.address === address);
  if (!found) throw new Error(`the plan has no ${address}`);
  return found;
};

const owners = 'owners: { default: { email: owner@example.com } }\n';
const runtimeOf = (name: string, more: string) => `${owners}agentRuntimes:
  ${name}:
    roleArn: arn:aws:iam::123456789012:role/runtime
    agentRuntimeArtifact: { containerConfiguration: { containerUri: 123456789012.dkr.ecr.us-east-1.amazonaws.com/agent:1 } }
    networkConfiguration: { networkMode: PUBLIC }
${more}`;

/** Changes the variables of a runtime, as another client does. */
async function setVariables(name: string, environmentVariables: Record<string, string>): Promise<void> {
  const { agentRuntimes = [] } = await system.control.send(new ListAgentRuntimesCommand({}));
  const { agentRuntimeId } = agentRuntimes.find((each) => each.agentRuntimeName === name) ?? {};
  const { roleArn, agentRuntimeArtifact, networkConfiguration } = await system.control.send(
    new GetAgentRuntimeCommand({ agentRuntimeId }),
  );
  await system.control.send(
    new UpdateAgentRuntimeCommand({
      agentRuntimeId,
      roleArn,
      agentRuntimeArtifact,
      networkConfiguration,
      environmentVariables,
    }),
  );
  await system.advance(60_000);
}

/** What AgentCore and DynamoDB answer to a user who may only upload. */
function denied(): Error {
  return Object.assign(new Error('not authorized'), {
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 403 },
  });
}

function deniedAgentCore(): BedrockAgentCoreControlClient {
  const client = new BedrockAgentCoreControlClient(emulatorSettings('http://127.0.0.1:1'));
  client.middlewareStack.add(
    () => async () => {
      throw denied();
    },
    { step: 'initialize' },
  );
  return client;
}

const deniedLedger: LivePorts['ledger'] = new Proxy({} as LivePorts['ledger'], {
  get: () => async () => {
    throw denied();
  },
});

describe('the differences of a plan', () => {
  it('plan: shows from and to of each member that the update changes or clears', async () => {
    const files = (variables: string) => ({
      'manifest.yaml': runtimeOf('fields', `    environmentVariables: ${variables}\n`),
    });
    await upload('fields', files('{ MODE: a, LEVEL: "1" }'));
    const { differences } = resourceOf(
      await planIn(system, 'fields', files('{ MODE: b, NEW: x }')),
      'agentRuntime/fields',
    );
    expect(Object.fromEntries(differences.map(({ path, from, to }) => [path, [from, to]]))).toEqual({
      'environmentVariables.MODE': ['a', 'b'],
      'environmentVariables.LEVEL': ['1', undefined],
      'environmentVariables.NEW': [undefined, 'x'],
    });
  });

  it('plan: never shows a secret of a manifest, nor what another client put into free keys', async () => {
    const files = (token: string) => ({
      'manifest.yaml': runtimeOf(
        'secretive',
        `    environmentVariables: { TOKEN: { secretsManager: ${token} }, PLAIN: here }\n`,
      ),
    });
    await upload('secretive', files('shared/token'));
    await setVariables('secretive', { TOKEN: 'foreign-token', PLAIN: 'foreign-value', MORE: 'foreign-more' });
    const planned = await planIn(system, 'secretive', files('shared/other'));
    const all = JSON.stringify(planned);
    for (const secret of [...Object.values(SECRETS), 'foreign-token', 'foreign-value', 'foreign-more'])
      expect(all).not.toContain(secret);
    const { differences } = resourceOf(planned, 'agentRuntime/secretive');
    expect(differences).toEqual(
      expect.arrayContaining([
        { path: 'environmentVariables.PLAIN', from: '(not shown)', to: 'here', hidden: true },
        { path: 'environmentVariables.MORE', from: '(not shown)', hidden: true },
        {
          path: 'environmentVariables.TOKEN',
          from: '(not shown)',
          to: { secretsManager: 'shared/other' },
          hidden: true,
        },
      ]),
    );
  });

  it('plan: shows the live value of a target, which a List does not show', async () => {
    const files = (description: string): Files => ({
      'schemas/a.json': toolSchema(),
      'manifest.yaml': manifestOf(['a'], { gateway: 'listed' }).replace(
        '      a:\n',
        `      a:\n        description: ${description}\n`,
      ),
    });
    await upload('listed', files('first'));
    const { resources } = system.outcome('listed');
    const idOf = (name: string) => resources.find((each) => each.name === name)?.id ?? '';
    const ids = { gatewayIdentifier: idOf('listed'), targetId: idOf('listed/a') };
    const { name, targetConfiguration, credentialProviderConfigurations } = await system.control.send(
      new GetGatewayTargetCommand(ids),
    );
    await system.control.send(
      new UpdateGatewayTargetCommand({
        ...ids,
        name,
        targetConfiguration,
        credentialProviderConfigurations,
        description: 'by hand',
      }),
    );
    await system.advance(60_000);
    const planned = await planIn(system, 'listed', files('second'));
    expect(resourceOf(planned, 'gatewayTarget/listed/a').differences).toEqual([
      { path: 'description', from: 'by hand', to: 'second' },
    ]);
  });

  it('plan: shows an adoption with what changes and what stays', async () => {
    await system.control.send(
      new CreateGatewayCommand({
        name: 'older',
        roleArn: 'arn:aws:iam::123456789012:role/gateway',
        protocolType: 'MCP',
        authorizerType: 'AWS_IAM',
        protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'], instructions: 'Old.' } },
        description: 'By hand',
      }),
    );
    await system.advance(60_000);
    const adopting = (adopt: string): Files => ({
      'manifest.yaml': manifestOf([], { gateway: 'older', adopt: true })
        .replace('adopt: true', `adopt: ${adopt}`)
        .replace('authorizerType', 'description: By manifest\n    authorizerType'),
    });
    const kept = resourceOf(await planIn(system, 'older', adopting('true')), 'gateway/older');
    expect(kept).toMatchObject({ action: 'adopt', notes: [expect.stringContaining('These members stay')] });
    expect(kept.notes[0]).toContain('protocolConfiguration.mcp.instructions');
    expect(kept.differences).toEqual([
      { path: 'description', from: 'By hand', to: 'By manifest' },
      { path: 'tags.gateloop:workspace', to: 'older' },
    ]);
    const cleared = resourceOf(await planIn(system, 'older', adopting('{ clear: true }')), 'gateway/older');
    expect(cleared.differences).toContainEqual({
      path: 'protocolConfiguration.mcp.instructions',
      from: 'Old.',
    });
    expect(cleared.notes).toEqual(['Takes it over, and clears the members that the manifest does not name.']);
  });

  it('plan: says that an endpoint moves after the update of its runtime, to a version that is not known yet', async () => {
    const files = (description: string): Files => ({
      'manifest.yaml': runtimeOf(
        'served',
        `    description: ${description}\n    endpoints: { production: {} }\n`,
      ),
    });
    await upload('served', files('first'));
    expect(system.outcome('served').outcome).toBe('ready');
    const endpoint = resourceOf(
      await planIn(system, 'served', files('second')),
      'agentRuntimeEndpoint/served/production',
    );
    expect(endpoint).toMatchObject({
      action: 'update',
      notes: ['After agentRuntime/served, whose new version it names.'],
      differences: [{ path: 'agentRuntimeVersion', from: '1', knownAfterApply: true }],
    });
    const same = await planIn(system, 'served', files('first'));
    expect(resourceOf(same, 'agentRuntimeEndpoint/served/production').action).toBe('nothing');
  });

  it('plan: says which members no update clears, and why', async () => {
    const files = (more: string): Files => ({
      'manifest.yaml': `${owners}harnesses:
  coder:
    executionRoleArn: arn:aws:iam::123456789012:role/harness
${more}`,
    });
    await upload('harness', files('    maxTokens: 9\n    timeoutSeconds: 60\n'));
    expect(system.outcome('harness').outcome).toBe('ready');
    const planned = await planIn(system, 'harness', files('    timeoutSeconds: 90\n'));
    const { differences } = resourceOf(planned, 'harness/coder');
    expect(differences).toContainEqual({
      path: 'maxTokens',
      from: 9,
      stays: expect.stringContaining('UpdateHarness has no way to clear it'),
    });
    expect(planned.text).toMatch(
      /maxTokens: 9 \(removed\)\n {10}maxTokens has a value that the manifest does/,
    );
  });

  it('plan: shows what is known only after another resource is created', async () => {
    const manifest = `${owners}apiKeyCredentialProviders:
  known: { apiKey: { secretsManager: shared/token } }
${manifestOf([], { gateway: 'known' }).split('\n').slice(2).join('\n')}
      a:
        targetConfiguration: { mcp: { openApiSchema: { inlinePayload: '${openApi}' } } }
        credentialProviderConfigurations:
          - credentialProviderType: API_KEY
            credentialProvider: { apiKeyCredentialProvider: { providerArn: '\${apiKeyCredentialProviders.known.credentialProviderArn}' } }
`;
    const planned = await planIn(system, 'known', { 'manifest.yaml': manifest });
    const target = resourceOf(planned, 'gatewayTarget/known/a');
    expect(target.action).toBe('create');
    expect(target.differences.filter(({ knownAfterApply }) => knownAfterApply)).toEqual([
      { path: 'credentialProviderConfigurations', knownAfterApply: true },
    ]);
    expect(planned.text).toContain('credentialProviderConfigurations: (known after apply)');
    expect(target.notes).toEqual(['After gateway/known, apiKeyCredentialProvider/known.']);
  });
});

const openApi = JSON.stringify({
  openapi: '3.0.3',
  info: { title: 'a', version: '1' },
  servers: [{ url: 'https://api.example.com' }],
  paths: { '/a': { get: { operationId: 'getA', responses: { 200: { description: 'ok' } } } } },
});

describe('a plan without the right to read', () => {
  const files = (names: readonly string[]): Files => ({
    ...Object.fromEntries(names.map((name) => [`schemas/${name}.json`, toolSchema()])),
    'manifest.yaml': manifestOf(names, { gateway: 'partial', settings: '{ prune: true }' }).replace(
      'authorizerType',
      `description: ${names.join(' ')}\n    authorizerType`,
    ),
  });

  it('plan: takes a gateway for shared where only the ledger could tell, and says so', async () => {
    await upload('sharing', {
      ...files(['a']),
      'manifest.yaml': manifestOf(['a'], { gateway: 'common' }).replace(
        'authorizerType',
        'sharedWith: [guest]\n    authorizerType',
      ),
    });
    const targets = { b: { targetConfiguration: { mcp: { openApiSchema: { inlinePayload: openApi } } } } };
    const manifest = JSON.stringify({ gateways: { common: { sharedBy: 'sharing', targets } } });
    const guest = { 'manifest.yaml': manifest };
    const known = await planIn(system, 'guest', guest);
    const { plan, text } = await planIn(system, 'guest', guest, { live: { ledger: deniedLedger } });
    for (const made of [known.plan, plan])
      expect(made?.resources.map(({ address, action }) => [address, action])).toEqual([
        ['gatewayTarget/common/b', 'create'],
      ]);
    expect(text).toContain('Only the ledger tells whether the workspace sharing shares gateway/common');
    const stranger = await planIn(system, 'stranger', guest);
    expect(resourceOf(stranger, 'gatewayTarget/common/b')).toMatchObject({ action: 'refused' });
    expect(stranger.text).toContain('has to name this workspace under "sharedWith"');
  });

  it('plan: compares with the last outcome where ledger and AgentCore are denied, and says so per resource', async () => {
    await upload('partial', files(['a', 'b']));
    const live = { ledger: deniedLedger, agentCore: deniedAgentCore() };
    const planned = await planIn(system, 'partial', files(['a', 'c']), { live });
    const { plan, text } = planned;
    expect(plan?.basedOn).toBe('outcome');
    expect(plan?.resources.map(({ address, action, unread }) => [address, action, unread])).toEqual([
      ['gateway/partial', 'update', 'AccessDeniedException'],
      ['gatewayTarget/partial/a', 'nothing', 'AccessDeniedException'],
      ['gatewayTarget/partial/c', 'create', 'AccessDeniedException'],
      ['gatewayTarget/partial/b', 'delete', 'AccessDeniedException'],
    ]);
    expect(resourceOf(planned, 'gateway/partial').differences).toEqual([
      { path: 'description', from: 'a b', to: 'a c' },
    ]);
    expect(text).toContain('Not read from AgentCore (AccessDeniedException): it may exist already.');
    expect(text).toMatch(/The ledger cannot be read \(AccessDeniedException\): the outcome of 2026-/);
  });

  it('plan: reads AgentCore where only the ledger is denied', async () => {
    const planned = await planIn(system, 'partial', files(['a', 'b']), { live: { ledger: deniedLedger } });
    expect(planned.plan?.resources.map(({ action, unread }) => [action, unread])).toEqual([
      ['nothing', undefined],
      ['nothing', undefined],
      ['nothing', undefined],
    ]);
  });

  it('plan: fails with a fault of the program, instead of planning without it', async () => {
    const broken = new Proxy({} as LivePorts['ledger'], {
      get: () => async () => {
        throw new RangeError('a fault');
      },
    });
    await expect(planIn(system, 'partial', files(['a']), { live: { ledger: broken } })).rejects.toThrow(
      'a fault',
    );
  });
});

describe('gateloop plan', () => {
  const files: Files = { 'manifest.yaml': manifestOf([], { gateway: 'codes' }) };
  const changed: Files = {
    'manifest.yaml': manifestOf([], { gateway: 'codes' }).replace(
      'authorizerType',
      'description: x\n    authorizerType',
    ),
  };
  const code = async (workspace: string, given: Files) =>
    (await planIn(system, workspace, given, { flags: ['--detailed-exitcode'] })).exitCode;

  it('plan: ends with 0, and with --detailed-exitcode with the code of what would happen', async () => {
    await upload('codes', files);
    expect((await planIn(system, 'codes', changed)).exitCode).toBe(exitCodes.done);
    expect(await code('codes', files)).toBe(exitCodes.done);
    expect(await code('codes', changed)).toBe(exitCodes.changes);
    expect(await code('another', files)).toBe(exitCodes.refused);
    expect(await code('codes', { 'manifest.yaml': 'gatways: {}' })).toBe(exitCodes.refused);
    await system.ledger.suspend('codes', { since: system.gateloop.clock.now(), reason: 'incident 7' });
    expect(await code('codes', changed)).toBe(exitCodes.suspended);
    const { plan, text } = await planIn(system, 'codes', changed);
    expect(plan?.resources.map(({ action }) => action)).toEqual(['update']);
    expect(text).toMatch(
      /Operators have suspended all changes since .*: incident 7\. What the plan shows waits/,
    );
    await system.ledger.resume('codes');
  });

  it('plan: says that the breaker of the fleet holds a change back', async () => {
    const healing: Files = {
      'manifest.yaml': runtimeOf('healing', '    environmentVariables: { A: a }\n').replace(
        'agentRuntimes',
        'settings: { selfHeal: true }\nagentRuntimes',
      ),
    };
    await upload('healing', healing);
    await setVariables('healing', { A: 'b' });
    const { ledger, gateloop } = system;
    const others = Array.from({ length: 20 }, (_, index): Address => `gateway/other${index}`);
    expect(resourceOf(await planIn(system, 'healing', healing), 'agentRuntime/healing').action).toBe(
      'update',
    );
    await ledger.reserveHeals('another', others, 20, gateloop.clock.now());
    const planned = await planIn(system, 'healing', healing);
    expect(resourceOf(planned, 'agentRuntime/healing')).toMatchObject({
      action: 'nothing',
      state: 'drifted',
    });
    expect(planned.text).toContain('too many resources differ at once (1 of this workspace)');
  });

  it('plan: writes the result of --json to the file of --out', async () => {
    const file = join(folderWith('out', { 'a.txt': '' }), 'plan.json');
    const { text: _, ...result } = await planIn(system, 'codes', changed, { flags: ['--out', file] });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(result)));
  });

  it('plan: tells of the trail only where it is not known that one exists', async () => {
    expect((await planIn(system, 'codes', files)).text).toContain('CloudTrail trail logs management events');
    const { text } = await planIn(system, 'codes', files, { live: { hasTrail: true } });
    expect(text).not.toContain('CloudTrail');
  });

  it('plan: tells that the Region has no harnesses, before one is uploaded', async () => {
    const harness = {
      'manifest.yaml': `${owners}harnesses:\n  helper:\n    executionRoleArn: arn:aws:iam::123456789012:role/helper-harness\n`,
    };
    const agentCore = (region: string) =>
      new BedrockAgentCoreControlClient({
        region,
        endpoint: system.gateloop.agentCore.url,
        credentials: { accessKeyId: 'plan', secretAccessKey: 'plan' },
      });
    const elsewhere = await planIn(system, 'harness', harness, {
      live: { agentCore: agentCore('eu-south-1') },
    });
    expect(elsewhere.text).toContain('AgentCore has no harnesses in eu-south-1');
    const here = await planIn(system, 'harness', harness, { live: { agentCore: agentCore('us-east-1') } });
    expect(here.text).not.toContain('AgentCore has no harnesses');
  });

  it('plan: names the quota of the account that new resources exceed', async () => {
    for (let index = 0; index < 5; index += 1)
      await upload(`registry${index}`, {
        'manifest.yaml': `${owners}registries:\n  tools${index}: { description: Tools }\n`,
      });
    const { plan, text } = await planIn(system, 'sixth', {
      'manifest.yaml': `${owners}registries:\n  tools5: { description: Tools }\n`,
    });
    expect(plan?.quotas).toEqual([{ what: 'registries of the account', limit: 5, planned: 6 }]);
    expect(text).toContain("Quota: 6 registries of the account; the service's default is 5.");
  });
});
