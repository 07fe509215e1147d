import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { withMemberAt } from '../../core/manifest/memberAt.ts';
import type { KindName, ResourceKind } from '../../core/resources/resourceKind.ts';
import { resourceKinds } from '../../core/resources/resourceKinds.ts';
import local from '../../examples/local.json' with { type: 'json' };
import { type System, startSystem } from '../system/system.ts';

const WORKSPACE = 'every-kind';
const FOLDER = new URL(`../../examples/kinds/${WORKSPACE}/`, import.meta.url);
const manifest: JsonObject = parse(readFileSync(new URL('manifest.yaml', FOLDER), 'utf8'));

/** Another value of one member, by the path in the manifest. */
const edits: Readonly<Record<KindName, readonly [path: string, value: JsonValue]>> = {
  gateway: ['gateways.tools.description', 'Edited'],
  gatewayTarget: ['gateways.tools.targets.search.description', 'Edited'],
  gatewayRule: ['gateways.tools.rules.reads.priority', 20],
  gatewayRateLimit: ['gateways.tools.rateLimits.per-tool.description', 'Edited'],
  gatewayResourcePolicy: ['gateways.tools.resourcePolicy.policy.Id', 'Edited'],
  policyEngine: ['policyEngines.access.description', 'Edited'],
  policy: ['policyEngines.access.policies.reads.enforcementMode', 'LOG_ONLY'],
  agentRuntime: ['agentRuntimes.researcher.description', 'Edited'],
  agentRuntimeEndpoint: ['agentRuntimes.researcher.endpoints.production.description', 'Edited'],
  agentRuntimeResourcePolicy: ['agentRuntimes.researcher.resourcePolicy.policy.Id', 'Edited'],
  harness: ['harnesses.desk.maxIterations', 30],
  harnessEndpoint: ['harnesses.desk.endpoints.stable.description', 'Edited'],
  oauth2CredentialProvider: [
    'oauth2CredentialProviders.tracker.oauth2ProviderConfigInput.githubOauth2ProviderConfig.clientId',
    'Iv1.ffffffffffffffff',
  ],
  apiKeyCredentialProvider: ['apiKeyCredentialProviders.search.tags', { team: 'search' }],
  paymentCredentialProvider: [
    'paymentCredentialProviders.wallet.providerConfigurationInput.coinbaseCdpConfiguration.apiKeyId',
    'desk-2',
  ],
  tokenVault: [
    'tokenVaults.default.kmsConfiguration.kmsKeyArn',
    'arn:aws:kms:us-east-1:123456789012:key/99999999-2222-3333-4444-555555555555',
  ],
  paymentManager: ['paymentManagers.desk.description', 'Pays for the desk'],
  workloadIdentity: [
    'workloadIdentities.desktop.allowedResourceOauth2ReturnUrls',
    ['https://desktop.example.com/callback'],
  ],
  evaluator: ['evaluators.helpful.description', 'Edited'],
  onlineEvaluationConfig: ['onlineEvaluationConfigs.answers.executionStatus', 'ENABLED'],
  consentPortal: ['consentPortals.accounts.description', 'Connect your accounts.'],
  dataset: ['datasets.questions.description', 'What people ask the desk.'],
  configurationBundle: [
    'configurationBundles.variants.components.prompt.configuration',
    { text: 'Answer in two sentences.' },
  ],
  capacityProvider: ['capacityProviders.batch.description', 'For the nightly agents.'],
  browser: ['browsers.research.tags', { team: 'research' }],
  browserProfile: ['browserProfiles.signedIn.tags', { team: 'research' }],
  codeInterpreter: ['codeInterpreters.calculator.tags', { team: 'research' }],
  memory: [
    'memories.customers.memoryStrategies',
    [
      { semanticMemoryStrategy: { name: 'facts', description: 'Edited' } },
      { summaryMemoryStrategy: { name: 'chats' } },
    ],
  ],
  registry: ['registries.company.description', 'Edited'],
  registryRecord: ['registryRecords.tools.description', 'Edited'],
};

/** What holds data is deleted only where an upload before has permitted it. */
const permissions = [
  'memories.customers.protect',
  'datasets.questions.protect',
  'browserProfiles.signedIn.protect',
];

const rows = Object.values(resourceKinds);

let system: System;
beforeAll(async () => {
  system = await startSystem({ secrets: local.secrets });
});
afterAll(() => system.close());

function upload(content: JsonObject): void {
  system.upload(WORKSPACE, 'manifest.yaml', stringify(content));
}

/** The writes while the workspace is brought to its end, in order. The service refuses none. */
async function settled(): Promise<readonly string[]> {
  const before = system.gateloop.agentCore.writes().length;
  await system.settle();
  const writes = system.gateloop.agentCore.writes().slice(before);
  expect(writes.filter(({ status }) => status >= 300)).toEqual([]);
  return writes.map(({ operation }) => operation.replace('AgentRegistry.', ''));
}

/** The operation by which an edit reaches the service: tags have one of their own, and some kinds no other. */
function changeOf({ kind, operations: { update = 'TagResource' } }: ResourceKind): string {
  return edits[kind][0].endsWith('.tags') ? 'TagResource' : update;
}

const unready = () => system.outcome(WORKSPACE).resources.filter(({ state }) => state !== 'ready');

describe('examples/kinds/every-kind', () => {
  it('every kind: one upload makes a resource of each kind, and all become ready', async () => {
    for (const file of readdirSync(new URL('schemas/', FOLDER)))
      system.upload(WORKSPACE, `schemas/${file}`, readFileSync(new URL(`schemas/${file}`, FOLDER)));
    upload(manifest);
    const writes = await settled();
    expect(unready()).toEqual([]);
    for (const { operations } of rows) expect(writes).toContain(operations.create);
    for (const { parent, operations } of rows)
      if (parent)
        expect(writes.indexOf(resourceKinds[parent].operations.create)).toBeLessThan(
          writes.indexOf(operations.create),
        );
    system.requestReconcile(WORKSPACE);
    expect(await settled()).toEqual([]);
  });

  it('every kind: one member edited of each makes one change of each, and all are ready again', async () => {
    const edited = Object.values(edits).reduce(
      (content: JsonObject, [path, value]) => withMemberAt(content, path.split('.'), value),
      manifest,
    );
    upload(permissions.reduce((content, path) => withMemberAt(content, path.split('.'), false), edited));
    const writes = await settled();
    expect(unready()).toEqual([]);
    expect(writes.toSorted()).toEqual(rows.map(changeOf).toSorted());
  });

  it('every kind: what leaves the manifest is deleted, what others are in or refer to after them', async () => {
    upload({ settings: { prune: true } });
    const writes = await settled();
    const deletions = rows.map(({ operations }) => operations.delete);
    expect(writes.toSorted()).toEqual(deletions.toSorted());
    for (const { parent, deletedBefore = [], operations } of rows)
      for (const kind of [parent ?? [], ...deletedBefore].flat())
        expect(writes.indexOf(operations.delete)).toBeLessThan(
          writes.indexOf(resourceKinds[kind].operations.delete),
        );
    expect(system.outcome(WORKSPACE)).toMatchObject({ outcome: 'ready', resources: [] });
  });
});
