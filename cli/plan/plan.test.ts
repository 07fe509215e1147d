import { readFileSync } from 'node:fs';
import {
  CreateGatewayCommand,
  ListAgentRuntimesCommand,
  ListGatewaysCommand,
  UpdateGatewayCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Address } from '../../core/address.ts';
import { type RunningMcpServer, startMcpServer } from '../../examples/mcpServer.ts';
import { logger } from '../../functions/runtime/observability.ts';
import { SPEC_BUCKET } from '../../local/gateloop.ts';
import { CLIENT_SECRET, manifest as consentManifest } from '../../test/authorization/consentManifest.ts';
import { manifestOf, type System, startSystem, toolSchema, writesIn } from '../../test/system/system.ts';
import { type Files, type Planned, planIn } from '../testing/planning.ts';
import type { PlannedResource } from './planDocument.ts';

const ENDPOINT = 'https://mcp.example.com/tools';
const RUNTIMES = 'https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/';
const schema = JSON.parse(readFileSync(new URL('../../docs/plan.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv({ allErrors: true, strict: true, validateFormats: false }).compile(schema);

let server: RunningMcpServer;
let system: System;
beforeAll(async () => {
  server = await startMcpServer();
  system = await startSystem({
    secrets: { 'shared/github': CLIENT_SECRET, 'shared/token': 'a', 'shared/other': 'b' },
    agentCore: { endpoints: { [ENDPOINT]: server.url, [RUNTIMES]: server.url } },
  });
});
afterAll(async () => {
  await system.close();
  await server.close();
});

interface Write {
  readonly workspace: string;
  readonly files: Files;
}

function upload({ workspace, files }: Write): Promise<void> {
  for (const [path, content] of Object.entries(files)) system.upload(workspace, path, content);
  return system.settle();
}

const plan = async (push: Write, ...flags: string[]): Promise<Planned> => {
  const planned = await planIn(system, push.workspace, push.files, { flags });
  const { text, ...result } = planned;
  expect(text).not.toBe('');
  expect(validate(JSON.parse(JSON.stringify(result))), JSON.stringify(validate.errors)).toBe(true);
  return planned;
};

const actionsOf = ({ plan: made }: Planned): Record<string, string> =>
  Object.fromEntries((made?.resources ?? []).map(({ address, action }) => [address, action]));

/** The calls that a planned resource stands for, until the workspace settles. */
function callsOf({ address, action, differences, state }: PlannedResource): string[] {
  // Nothing is called before the person has answered.
  if (state === 'awaiting-approval') return [];
  const kind = address.slice(0, 1).toUpperCase() + address.slice(1, address.indexOf('/'));
  const tags = differences.filter(({ path }) => path.startsWith('tags.'));
  const byAction: Readonly<Partial<Record<PlannedResource['action'], string[]>>> = {
    create: [`Create${kind}`],
    update: [`Update${kind}`],
    delete: [`Delete${kind}`],
    adopt: differences.length > tags.length ? [`Update${kind}`] : [],
    sync: ['SynchronizeGatewayTargets'],
    // A target has no tags.
    unmanage: kind === 'Gateway' ? ['UntagResource'] : [],
  };
  return [
    ...(byAction[action] ?? []),
    ...(tags.some(({ to }) => to !== undefined) ? ['TagResource'] : []),
    ...(tags.some(({ to }) => to === undefined) ? ['UntagResource'] : []),
  ];
}

function countOf(calls: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...new Set(calls)].map((name) => [name, calls.filter((each) => each === name).length]),
  );
}

const lambdaFiles = (names: readonly string[], options: Parameters<typeof manifestOf>[1]): Files => ({
  ...Object.fromEntries(names.map((name) => [`schemas/${name}.json`, toolSchema()])),
  'manifest.yaml': manifestOf(names, options),
});

const mcpManifest = (gateway: string, settings = '{}') => `settings: ${settings}
gateways:
  ${gateway}:
    roleArn: arn:aws:iam::123456789012:role/gateway
    authorizerType: AWS_IAM
    protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } }
    targets:
      tools:
        targetConfiguration: { mcp: { mcpServer: { endpoint: '${ENDPOINT}' } } }
`;

/** The ARN of a runtime has an id that only the service knows. */
const runtime = { arn: '' };

const runtimeManifest = (version: string) => `agentRuntimes:
  served:
    roleArn: arn:aws:iam::123456789012:role/runtime
    agentRuntimeArtifact: { containerConfiguration: { containerUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/agent:${version}' } }
    networkConfiguration: { networkMode: PUBLIC }
`;

const servedGateway = () =>
  mcpManifest('serving')
    .replace('settings: {}\n', '')
    .replace(ENDPOINT, `${RUNTIMES}${encodeURIComponent(runtime.arn)}/invocations`);

async function gatewayId(name: string): Promise<string> {
  const { items = [] } = await system.control.send(new ListGatewaysCommand({}));
  return items.find((each) => each.name === name)?.gatewayId ?? '';
}

const gatewayInput = (name: string) => ({
  name,
  roleArn: 'arn:aws:iam::123456789012:role/gateway',
  protocolType: 'MCP' as const,
  authorizerType: 'AWS_IAM' as const,
  protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } },
});

async function createByHand(name: string, more: object = {}): Promise<void> {
  await system.control.send(new CreateGatewayCommand({ ...gatewayInput(name), ...more }));
  await system.advance(60_000);
}

async function updateByHand(name: string, more: object): Promise<void> {
  const gatewayIdentifier = await gatewayId(name);
  await system.control.send(new UpdateGatewayCommand({ ...gatewayInput(name), gatewayIdentifier, ...more }));
  await system.advance(60_000);
}

const browserFiles = (more: string): Files => ({
  'manifest.yaml': `browsers: { research: { networkConfiguration: { networkMode: PUBLIC }, ${more} } }\n`,
});

const evaluationFiles = (description: string): Files => ({
  'manifest.yaml': `evaluators:
  rating:
    description: ${description}
    level: TRACE
    evaluatorConfig: { codeBased: { lambdaConfig: { lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:rate' } } }
onlineEvaluationConfigs:
  answers:
    executionStatus: ENABLED
    evaluationExecutionRoleArn: arn:aws:iam::123456789012:role/evaluations
    rule: { samplingConfig: { samplingPercentage: 5 } }
    dataSourceConfig: { cloudWatchLogs: { logGroupNames: [/agents], serviceNames: [front] } }
    evaluators: [{ evaluatorId: "\${evaluators.rating.evaluatorId}" }]
`,
});

/** What was uploaded before, what happened since, and what is planned and pushed then. */
interface Case {
  readonly title: string;
  readonly before?: Write;
  readonly meanwhile?: () => Promise<void>;
  readonly push: Write;
  readonly actions: Readonly<Record<string, string>>;
}

const cases: readonly Case[] = [
  {
    title: 'changes the tags of a browser, and none of its members',
    before: { workspace: 'browsing', files: browserFiles('tags: { team: search }') },
    push: { workspace: 'browsing', files: browserFiles('description: new, tags: { team: research }') },
    actions: { 'browser/research': 'tag' },
  },
  {
    title: 'refuses the change of an evaluator that an enabled evaluation uses',
    before: { workspace: 'rating', files: evaluationFiles('first') },
    push: { workspace: 'rating', files: evaluationFiles('second') },
    actions: { 'evaluator/rating': 'refused', 'onlineEvaluationConfig/answers': 'nothing' },
  },
  {
    title: 'creates a gateway and its targets',
    push: { workspace: 'made', files: lambdaFiles(['a', 'b'], { gateway: 'made' }) },
    actions: {
      'gateway/made': 'create',
      'gatewayTarget/made/a': 'create',
      'gatewayTarget/made/b': 'create',
    },
  },
  {
    title: 'changes nothing',
    before: { workspace: 'same', files: lambdaFiles(['a'], { gateway: 'same' }) },
    push: { workspace: 'same', files: lambdaFiles(['a'], { gateway: 'same' }) },
    actions: { 'gateway/same': 'nothing', 'gatewayTarget/same/a': 'nothing' },
  },
  {
    title: 'updates a gateway and a target, creates one and deletes one',
    before: { workspace: 'mixed', files: lambdaFiles(['a', 'b'], { gateway: 'mixed' }) },
    push: {
      workspace: 'mixed',
      files: {
        ...lambdaFiles(['a', 'c'], { gateway: 'mixed', settings: '{ prune: true }' }),
        'schemas/a.json': toolSchema(['find', 'count']),
        'manifest.yaml': manifestOf(['a', 'c'], { gateway: 'mixed', settings: '{ prune: true }' }).replace(
          'authorizerType',
          'description: In front\n    authorizerType',
        ),
      },
    },
    actions: {
      'gateway/mixed': 'update',
      'gatewayTarget/mixed/a': 'update',
      'gatewayTarget/mixed/b': 'delete',
      'gatewayTarget/mixed/c': 'create',
    },
  },
  {
    title: 'keeps a target that left the manifest without prune',
    before: { workspace: 'kept', files: lambdaFiles(['a', 'b'], { gateway: 'kept' }) },
    push: { workspace: 'kept', files: lambdaFiles(['a'], { gateway: 'kept' }) },
    actions: {
      'gateway/kept': 'nothing',
      'gatewayTarget/kept/a': 'nothing',
      'gatewayTarget/kept/b': 'nothing',
    },
  },
  {
    title: 'gives away a gateway that left the manifest',
    before: { workspace: 'given', files: lambdaFiles(['a'], { gateway: 'given' }) },
    push: {
      workspace: 'given',
      files: { 'manifest.yaml': 'owners: { default: { email: owner@example.com } }\n' },
    },
    actions: { 'gateway/given': 'unmanage', 'gatewayTarget/given/a': 'unmanage' },
  },
  {
    title: 'adopts a gateway of another client, with what differs',
    meanwhile: () => createByHand('foreign', { description: 'By hand', tags: { team: 'x' } }),
    push: {
      workspace: 'foreign',
      files: {
        'manifest.yaml': manifestOf([], { gateway: 'foreign', adopt: true }).replace(
          'authorizerType',
          'description: By manifest\n    authorizerType',
        ),
      },
    },
    actions: { 'gateway/foreign': 'adopt' },
  },
  {
    title: 'adopts a gateway that has what the manifest says, with a tag only',
    meanwhile: () => createByHand('alike'),
    push: {
      workspace: 'alike',
      files: { 'manifest.yaml': manifestOf([], { gateway: 'alike', adopt: true }) },
    },
    actions: { 'gateway/alike': 'adopt' },
  },
  {
    title: 'refuses a gateway of another client, and creates no target on it',
    meanwhile: () => createByHand('taken'),
    push: { workspace: 'taken', files: lambdaFiles(['a'], { gateway: 'taken' }) },
    actions: { 'gateway/taken': 'refused', 'gatewayTarget/taken/a': 'wait' },
  },
  {
    title: 'refuses a gateway of another workspace',
    before: { workspace: 'first', files: { 'manifest.yaml': manifestOf([], { gateway: 'contested' }) } },
    push: {
      workspace: 'second',
      files: { 'manifest.yaml': manifestOf([], { gateway: 'contested', adopt: true }) },
    },
    actions: { 'gateway/contested': 'refused' },
  },
  {
    title: 'changes tags alone',
    before: {
      workspace: 'tagged',
      files: {
        'manifest.yaml': manifestOf([], { gateway: 'tagged' }).replace(
          'authorizerType',
          'tags: { team: a, gone: b }\n    authorizerType',
        ),
      },
    },
    push: {
      workspace: 'tagged',
      files: {
        'manifest.yaml': manifestOf([], { gateway: 'tagged' }).replace(
          'authorizerType',
          'tags: { team: c }\n    authorizerType',
        ),
      },
    },
    actions: { 'gateway/tagged': 'tag' },
  },
  {
    title: 'synchronizes a target whose schedule is due',
    before: { workspace: 'due', files: { 'manifest.yaml': mcpManifest('due') } },
    meanwhile: () => system.advance(2 * 3_600_000),
    push: { workspace: 'due', files: { 'manifest.yaml': mcpManifest('due', '{ resync: rate(1 hour) }') } },
    actions: { 'gateway/due': 'nothing', 'gatewayTarget/due/tools': 'sync' },
  },
  {
    title: 'reverts a change of another client with selfHeal',
    before: {
      workspace: 'healed',
      files: { 'manifest.yaml': manifestOf([], { gateway: 'healed', settings: '{ selfHeal: true }' }) },
    },
    meanwhile: () => updateByHand('healed', { description: 'By hand' }),
    push: {
      workspace: 'healed',
      files: { 'manifest.yaml': manifestOf([], { gateway: 'healed', settings: '{ selfHeal: true }' }) },
    },
    actions: { 'gateway/healed': 'update' },
  },
  {
    title: 'leaves a change of another client without selfHeal',
    before: { workspace: 'drifted', files: { 'manifest.yaml': manifestOf([], { gateway: 'drifted' }) } },
    meanwhile: () => updateByHand('drifted', { description: 'By hand' }),
    push: { workspace: 'drifted', files: { 'manifest.yaml': manifestOf([], { gateway: 'drifted' }) } },
    actions: { 'gateway/drifted': 'nothing' },
  },
  {
    title: 'asks a person before a breaking change of tools',
    before: {
      workspace: 'asked',
      files: lambdaFiles(['a'], { gateway: 'asked', settings: '{ approve: breaking }' }),
    },
    push: {
      workspace: 'asked',
      files: {
        ...lambdaFiles(['a'], { gateway: 'asked', settings: '{ approve: breaking }' }),
        'schemas/a.json': toolSchema(['other']),
      },
    },
    actions: { 'gateway/asked': 'nothing', 'gatewayTarget/asked/a': 'update' },
  },
  {
    title: 'moves a target: creates the new one, then deletes the old one',
    before: { workspace: 'moved', files: lambdaFiles(['a'], { gateway: 'moved' }) },
    push: {
      workspace: 'moved',
      files: {
        'schemas/b.json': toolSchema(),
        'manifest.yaml': manifestOf(['b'], { gateway: 'moved' }).replace(
          '      b:\n',
          '      b:\n        movedFrom: moved/a\n',
        ),
      },
    },
    actions: {
      'gateway/moved': 'nothing',
      'gatewayTarget/moved/b': 'create',
      'gatewayTarget/moved/a': 'delete',
    },
  },
  {
    title: 'synchronizes the target that a changed runtime serves',
    before: { workspace: 'serving', files: { 'manifest.yaml': runtimeManifest('1') } },
    meanwhile: async () => {
      const { agentRuntimes = [] } = await system.control.send(new ListAgentRuntimesCommand({}));
      const arn = agentRuntimes.find(
        ({ agentRuntimeName }) => agentRuntimeName === 'served',
      )?.agentRuntimeArn;
      runtime.arn = arn ?? '';
      await upload({
        workspace: 'serving',
        files: { 'manifest.yaml': runtimeManifest('1') + servedGateway() },
      });
    },
    push: {
      workspace: 'serving',
      get files() {
        return { 'manifest.yaml': runtimeManifest('2') + servedGateway() };
      },
    },
    actions: {
      'agentRuntime/served': 'update',
      'gateway/serving': 'nothing',
      'gatewayTarget/serving/tools': 'sync',
    },
  },
  {
    title: 'asks a person for the consent that a new target needs',
    push: { workspace: 'repositories', files: { 'manifest.yaml': consentManifest('', ENDPOINT) } },
    actions: {
      'oauth2CredentialProvider/repositories-github': 'create',
      'gateway/repositories': 'create',
      'gatewayTarget/repositories/issues': 'create',
    },
  },
];

/** What a plan may not change: the objects of the bucket, and the ledger's records of the workspace. */
async function stored(workspace: string, addresses: readonly string[]): Promise<unknown> {
  const { ledger, gateloop } = system;
  return structuredClone({
    objects: gateloop.aws.buckets.list(SPEC_BUCKET),
    resources: await ledger.readResources(workspace),
    workspace: await ledger.readWorkspace(workspace),
    claims: await ledger.readClaims(addresses as Address[]), // The cases write addresses as keys.
  });
}

describe('gateloop plan', () => {
  it('plan: leaves the log level of the process as it is', async () => {
    const level = logger.getLevelName();
    await plan({ workspace: 'logs', files: { 'manifest.yaml': manifestOf([]) } });
    expect(logger.getLevelName()).toBe(level);
  });

  it.each(cases)('plan: says what the push then does, and writes nothing: $title', async (given) => {
    if (given.before) await upload(given.before);
    await given.meanwhile?.();
    const state = () => stored(given.push.workspace, Object.keys(given.actions));
    const before = await state();
    let planned: Planned | undefined;
    const reads = await system.callsDuring(async () => {
      planned = await plan(given.push);
    });
    expect(writesIn(reads)).toEqual({});
    expect(await state()).toEqual(before);
    if (!planned?.plan) throw new Error('there is no plan');
    expect(actionsOf(planned)).toEqual(given.actions);
    const calls = await system.callsDuring(() => upload(given.push));
    expect(writesIn(calls)).toEqual(countOf(planned.plan.resources.flatMap(callsOf)));
  });
});
