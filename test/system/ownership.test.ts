import {
  CreateGatewayCommand,
  CreateGatewayTargetCommand,
  GetGatewayCommand,
  ListGatewaysCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CreateRegistryCommand } from '../../adapters/agentRegistry/index.ts';
import { manifestOf, type System, startSystem, toolSchema, uploadWorkspace, writesIn } from './system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ secrets: { 'shared/key': 'value' } });
});
afterAll(() => system.close());

const OWNER_TAG = 'gateloop:workspace';
const owners = 'owners: { default: { email: owner@example.com } }\n';
const shared = (keys = '') => `registries:
  tools: { description: Tools${keys} }
oauth2CredentialProviders:
  github: { credentialProviderVendor: GithubOauth2, oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: c, clientSecret: { secretsManager: shared/key } } }${keys} }
apiKeyCredentialProviders:
  search: { apiKey: { secretsManager: shared/key }${keys} }
`;

/** Uploads the files of a workspace, settles, and returns the calls that wrote. */
async function push(workspace: string, manifest: string): Promise<Record<string, number>> {
  const calls = await system.callsDuring(() => {
    system.upload(workspace, 'manifest.yaml', owners + manifest);
    return system.settle();
  });
  return writesIn(calls);
}

const reasons = (workspace: string) =>
  system
    .outcome(workspace)
    .resources.flatMap((resource) => resource.reasons)
    .join('\n');

/** Creates a gateway with a target as a person does in the console. */
async function createByHand(name: string, more: object = {}): Promise<string> {
  const { gatewayId: gatewayIdentifier = '' } = await system.control.send(
    new CreateGatewayCommand({
      name,
      roleArn: 'arn:aws:iam::123456789012:role/gateway',
      protocolType: 'MCP',
      authorizerType: 'AWS_IAM',
      protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } },
      ...more,
    }),
  );
  await system.advance(60_000);
  return gatewayIdentifier;
}

async function createTargetByHand(gatewayIdentifier: string, name: string): Promise<void> {
  const toolSchemaOf = { inlinePayload: JSON.parse(toolSchema()) };
  const lambdaArn = `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
  await system.control.send(
    new CreateGatewayTargetCommand({
      gatewayIdentifier,
      name,
      targetConfiguration: { mcp: { lambda: { lambdaArn, toolSchema: toolSchemaOf } } },
      credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }],
    }),
  );
  await system.advance(60_000);
}

async function gatewayNamed(name: string) {
  const { items = [] } = await system.control.send(new ListGatewaysCommand({}));
  const gatewayIdentifier = items.find((each) => each.name === name)?.gatewayId;
  const gateway = await system.control.send(new GetGatewayCommand({ gatewayIdentifier }));
  const { tags = {} } = await system.control.send(
    new ListTagsForResourceCommand({ resourceArn: gateway.gatewayArn }),
  );
  return { ...gateway, tags };
}

describe('registries and credential providers that two workspaces declare', () => {
  it('stay with the first workspace; the second one is refused by name, and prunes nothing of it', async () => {
    await push('mine', shared());
    expect(system.outcome('mine').outcome).toBe('ready');
    expect(await push('yours', shared())).toEqual({});
    expect(system.states('yours')).toEqual({ github: 'refused', search: 'refused', tools: 'refused' });
    expect(reasons('yours').match(/belongs to the workspace "mine"/g)).toHaveLength(3);
    expect(await push('yours', `settings: { prune: true }\n${shared(', adopt: true')}`)).toEqual({});
    expect(await push('yours', 'settings: { prune: true }\n')).toEqual({});
    await system.reconcile('mine');
    expect(system.outcome('mine').outcome).toBe('ready');
  });

  it('move to another workspace by unmanage in the old manifest and adopt in the new one', async () => {
    const given = await push('mine', `settings: { prune: true }\n${shared(', unmanage: true')}`);
    expect(given).toEqual({ UntagResource: 1, 'AgentRegistry.UntagResource': 1 });
    expect(system.outcome('mine')).toMatchObject({ outcome: 'ready', resources: [] });
    expect(await push('yours', shared())).toEqual({});
    expect(reasons('yours')).toContain('"adopt: true"');
    const adopted = await push('yours', shared(', adopt: true'));
    expect(Object.keys(adopted)).not.toContain('AgentRegistry.CreateRegistry');
    expect(adopted).toMatchObject({ TagResource: 1 });
    expect(system.outcome('yours').outcome).toBe('ready');
    expect(reasons('yours')).toContain('Adopted');
    expect(await push('mine', 'settings: { prune: true }\n')).toEqual({});
  });

  it('are known again after the loss of the ledger, by the tags and the last outcome', async () => {
    system.ledger.clear();
    expect(await push('mine', shared())).toEqual({});
    expect(system.states('mine')).toEqual({ github: 'refused', search: 'refused', tools: 'refused' });
    // The service shows no secrets: they are written once more.
    expect(await push('yours', `# again\n${shared()}`)).toEqual({
      UpdateApiKeyCredentialProvider: 1,
      UpdateOauth2CredentialProvider: 1,
    });
    expect(system.outcome('yours').outcome).toBe('ready');
    expect(await push('mine', `# again\n${shared()}`)).toEqual({});
    expect(reasons('mine')).toContain('belongs to the workspace "yours"');
  });
});

describe('a gateway that was made by hand', () => {
  it('is refused until the manifest adopts it, and then keeps what the manifest does not name', async () => {
    const id = await createByHand('handmade', { description: 'By hand', exceptionLevel: 'DEBUG' });
    await createTargetByHand(id, 'one');
    await createTargetByHand(id, 'other');
    uploadWorkspace(system, 'adopting', ['one'], { gateway: 'handmade', settings: '{ selfHeal: true }' });
    expect(writesIn(await system.callsDuring(() => system.settle()))).toEqual({});
    expect(system.states('adopting')).toEqual({ handmade: 'refused', 'handmade/one': 'failed' });
    const options = { gateway: 'handmade', settings: '{ selfHeal: true }', adopt: true };
    const described = manifestOf(['one'], options).replace(
      '    adopt: true\n',
      '    adopt: true\n    description: Ours\n',
    );
    await push('adopting', described.replace(/^owners.*\n/, ''));
    const gateway = await gatewayNamed('handmade');
    expect(gateway).toMatchObject({ description: 'Ours', exceptionLevel: 'DEBUG', gatewayId: id });
    expect(gateway.tags).toEqual({ [OWNER_TAG]: 'adopting' });
    expect(system.states('adopting')).toEqual({ handmade: 'drifted', 'handmade/one': 'ready' });
    expect(reasons('adopting')).toContain('It differed from the manifest: description (changed)');
    expect(reasons('adopting')).toContain('does not name: protocolType, exceptionLevel');
    expect(reasons('adopting')).toContain(
      'targets that Gateloop did not make, and that stay as they are: handmade/other',
    );
    expect(writesIn(await system.callsDuring(() => system.reconcile('adopting')))).toEqual({});
    const cleared = described.replace('adopt: true', 'adopt: { clear: true }').replace(/^owners.*\n/, '');
    expect(await push('adopting', cleared)).toEqual({ UpdateGateway: 1 });
    expect((await gatewayNamed('handmade')).exceptionLevel).toBeUndefined();
    expect(system.states('adopting')).toEqual({ handmade: 'ready', 'handmade/one': 'ready' });
  });
});

describe('a registry that was made by hand', () => {
  it('is neither changed nor deleted by a workspace that names it', async () => {
    await system.registry.send(new CreateRegistryCommand({ name: 'foreign', description: 'By hand' }));
    await system.advance(60_000);
    expect(await push('naming', 'registries: { foreign: { description: Ours } }\n')).toEqual({});
    expect(system.states('naming')).toEqual({ foreign: 'refused' });
    expect(await push('naming', 'settings: { prune: true }\n')).toEqual({});
  });
});

describe('a workspace that is renamed', () => {
  it('takes over the resources of the old one once its upload is gone, and writes only their tags', async () => {
    uploadWorkspace(system, 'before', ['one']);
    await system.settle();
    const settings = '{ prune: true, movedFrom: before }';
    uploadWorkspace(system, 'after', ['one'], { gateway: 'before', settings });
    expect(writesIn(await system.callsDuring(() => system.settle()))).toEqual({});
    expect(system.states('after')).toMatchObject({ before: 'refused' });
    for (const path of ['manifest.yaml', 'schemas/one.json']) system.remove('before', path);
    await system.settle();
    expect(writesIn(await system.callsDuring(() => system.reconcile('after')))).toEqual({ TagResource: 1 });
    expect(system.states('after')).toEqual({ before: 'ready', 'before/one': 'ready' });
    expect((await gatewayNamed('before')).tags).toEqual({ [OWNER_TAG]: 'after' });
    uploadWorkspace(system, 'before', ['one'], { gateway: 'before' });
    expect(writesIn(await system.callsDuring(() => system.settle()))).toEqual({});
    expect(reasons('before')).toContain('belongs to the workspace "after"');
  });
});

describe('a target that is moved', () => {
  it('is created on its new gateway before the old one is deleted, and its siblings stay', async () => {
    uploadWorkspace(system, 'moving', ['one', 'two']);
    await system.settle();
    const back = manifestOf(['one'], { gateway: 'movedto' })
      .replace(/^[\s\S]*gateways:\n/, '')
      .replace('      one:\n', '      one:\n        movedFrom: moving/one\n');
    const manifest = `${manifestOf(['two'], { gateway: 'moving' })}${back}`.replace(/^owners.*\n/, '');
    const calls = await push('moving', manifest);
    expect(calls).toEqual({ CreateGateway: 1, CreateGatewayTarget: 1, DeleteGatewayTarget: 1 });
    expect(system.states('moving')).toEqual({
      moving: 'ready',
      'moving/two': 'ready',
      movedto: 'ready',
      'movedto/one': 'ready',
    });
  });
});
