import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import type { Address } from '../../core/address.ts';
import type { JsonObject } from '../../core/json.ts';
import { parseManifest } from '../../core/manifest/parseManifest.ts';
import { omit } from '../../core/objects.ts';
import { resourceKinds } from '../../core/resources/resourceKinds.ts';
import { ForeignClient } from './foreignClient.ts';
import { InProcessService } from './inProcessService.ts';
import { manifestFor, subjectOf } from './manifests.ts';
import { type Pass, World } from './world.ts';

const ROLE = 'arn:aws:iam::123456789012:role/agent';
const { harness, gateway, gatewayTarget, agentRuntime, onlineEvaluationConfig } = resourceKinds;

let service: InProcessService;
let world: World;
beforeAll(() => {
  service = new InProcessService();
});
afterAll(() => service.close());

async function upload(manifest: JsonObject): Promise<Pass> {
  world.upload(manifest);
  return world.pass();
}

const stateOf = ({ records }: Pass, address: Address) => records.get(address)?.state;

describe('ready: a harness whose members leave the manifest', () => {
  const full: JsonObject = {
    executionRoleArn: ROLE,
    systemPrompt: [{ text: 'Be kind.' }],
    environmentVariables: { MODE: 'fast' },
    allowedTools: ['search'],
    tools: [
      { type: 'remote_mcp', name: 'search', config: { remoteMcp: { url: 'https://mcp.example.com/mcp' } } },
    ],
    skills: [{ path: 'skills/review' }],
    truncation: { strategy: 'none' },
  };
  const optional = Object.keys(omit(full, 'executionRoleArn'));

  it.each([...optional.map((member) => [member]), optional])(
    'ready: %s leaves the manifest, alone or with the others, and the service has its own value again',
    async (...members) => {
      world = new World(service);
      const rest = omit(full, ...members);
      await upload(manifestFor(harness, rest));
      const expected = await world.live(subjectOf(harness));
      world = new World(service);
      await upload(manifestFor(harness, full));
      const pass = await upload(manifestFor(harness, rest));
      expect(pass.writes).toEqual(['UpdateHarness']);
      expect(pass.records.get(subjectOf(harness))).toMatchObject({ state: 'ready', reasons: [] });
      const live = await world.live(subjectOf(harness));
      for (const member of members)
        expect(valueOr(live[member], member)).toEqual(valueOr(expected[member], member));
    },
  );

  /** No variables and an empty map of variables are the same. */
  const valueOr = (value: unknown, member: string) =>
    value ?? (member === 'environmentVariables' ? {} : undefined);
});

describe('ready: what another client adds', () => {
  const target = { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } } };
  const runtime = {
    roleArn: ROLE,
    networkConfiguration: { networkMode: 'PUBLIC' },
    agentRuntimeArtifact: {
      containerConfiguration: { containerUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/agent:v1' },
    },
    environmentVariables: { MODE: 'fast' },
  };
  const front = { roleArn: ROLE, authorizerType: 'NONE' };
  const interceptor = {
    interceptor: { lambda: { arn: 'arn:aws:lambda:us-east-1:123456789012:function:spy' } },
    interceptionPoints: ['REQUEST'],
  };

  it.each([
    [
      gateway,
      front,
      { interceptorConfigurations: [interceptor], exceptionLevel: 'DEBUG' },
      ['exceptionLevel', 'interceptorConfigurations'],
    ],
    [
      gatewayTarget,
      target,
      { description: 'by hand', metadataConfiguration: { allowedRequestHeaders: ['x-tenant'] } },
      ['description', 'metadataConfiguration.allowedRequestHeaders'],
    ],
    [
      agentRuntime,
      runtime,
      { environmentVariables: { MODE: 'fast', PROXY: 'http://10.0.0.1' } },
      ['environmentVariables.PROXY'],
    ],
  ] as const)(
    'ready: a $kind is drifted by every added member, and selfHeal undoes all by one write',
    async (row, config, added, paths) => {
      world = new World(service);
      await upload(manifestFor(row, config));
      expect(await new ForeignClient(world).change(row, config, { ...config, ...added })).toBeUndefined();
      const told = await world.pass();
      const { state, drift, reasons = [] } = told.records.get(subjectOf(row)) ?? {};
      expect(state).toBe('drifted');
      expect(drift?.differences.map(({ path }) => path).sort()).toEqual(paths);
      for (const path of paths) expect(reasons.join()).toContain(`${path} (added)`);
      const healed = await upload(manifestFor(row, config, { selfHeal: true }));
      expect(healed.writes).toEqual([row.operations.update]);
      expect(stateOf(healed, subjectOf(row))).toBe('ready');
    },
  );
});

describe('ready: a gateway with a member that the service refuses', () => {
  const lambda = {
    targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } },
  };
  const manifest = (front: JsonObject, targets: JsonObject): JsonObject => ({
    settings: { selfHeal: true },
    gateways: { front: { roleArn: ROLE, authorizerType: 'NONE', ...front, targets } },
  });
  const key = (id: string) => `arn:aws:kms:us-east-1:123456789012:key/${id}`;

  it('ready: a change of kmsKeyArn is applied', async () => {
    world = new World(service);
    await upload(manifest({ kmsKeyArn: key('11111111-1234-1234-1234-123456789012') }, {}));
    const next = key('22222222-1234-1234-1234-123456789012');
    const pass = await upload(manifest({ kmsKeyArn: next }, {}));
    expect(pass.writes).toEqual(['UpdateGateway']);
    expect(stateOf(pass, 'gateway/front')).toBe('ready');
    expect((await world.live('gateway/front')).kmsKeyArn).toBe(next);
  });

  it('ready: its targets are healed and created all the same', async () => {
    world = new World(service);
    await upload(manifest({}, { old: lambda }));
    const { id, parentId = '' } = await world.idsOf('gatewayTarget/front/old');
    await world.controlPlane.update(
      'gatewayTarget',
      { id, parentId },
      { ...lambda, name: 'old', description: 'x' },
    );
    await world.settle();
    const pass = await upload(manifest({ authorizerType: 'AWS_IAM' }, { old: lambda, added: lambda }));
    expect([...pass.writes].sort()).toEqual(['CreateGatewayTarget', 'UpdateGatewayTarget']);
    expect(stateOf(pass, 'gateway/front')).toBe('refused');
    expect(pass.records.get('gateway/front')?.reasons.join()).toContain('authorizerType cannot be changed');
    expect(stateOf(pass, 'gatewayTarget/front/old')).toBe('ready');
    expect(stateOf(pass, 'gatewayTarget/front/added')).toBe('ready');
    expect((await world.live('gatewayTarget/front/old')).description).toBeUndefined();
  });
});

describe('ready: the empty structures of the API', () => {
  const skills = (auth: JsonObject | string): JsonObject => ({
    executionRoleArn: ROLE,
    tools: [
      {
        type: 'agentcore_gateway',
        name: 'front',
        config: {
          agentCoreGateway: {
            gatewayArn: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/front-abcdefghij',
            outboundAuth: auth,
          },
        },
      },
    ],
  });
  const problemsOf = (config: JsonObject) => {
    const text = JSON.stringify(manifestFor(harness, config));
    return parseManifest(new TextEncoder().encode(text), 'manifest.yaml', resourceShapes).problems;
  };

  it.each(['awsIam', 'none'])(
    'ready: %s is taken as an object by manifest and service, not as a string',
    async (choice) => {
      world = new World(service);
      const pass = await upload(manifestFor(harness, skills({ [choice]: {} })));
      expect(pass.rejections).toEqual([]);
      expect(stateOf(pass, subjectOf(harness))).toBe('ready');
      expect((await world.live(subjectOf(harness))).tools).toEqual(skills({ [choice]: {} }).tools);
      expect(problemsOf(skills({ [choice]: '' })).map(({ severity }) => severity)).toContain('error');
      const { id } = await world.idsOf(subjectOf(harness));
      const tools = skills({ [choice]: '' }).tools ?? [];
      expect(await world.controlPlane.update('harness', { id }, { tools })).toMatchObject({
        kind: 'rejected',
      });
    },
  );

  it('ready: another choice of a union is a change, though both are empty', async () => {
    world = new World(service);
    await upload(manifestFor(harness, skills({ awsIam: {} })));
    const pass = await upload(manifestFor(harness, skills({ none: {} })));
    expect(pass.writes).toEqual(['UpdateHarness']);
    expect((await world.live(subjectOf(harness))).tools).toEqual(skills({ none: {} }).tools);
  });
});

describe('ready: members that Create does not take', () => {
  it('ready: an update sends them after the creation, and clears them when they leave the manifest', async () => {
    world = new World(service);
    const config = { roleArn: ROLE, authorizerType: 'NONE' };
    const waf = { wafConfiguration: { failureMode: 'FAIL_OPEN' } };
    const created = await upload(manifestFor(gateway, { ...config, ...waf }));
    expect(created.writes).toEqual(['CreateGateway', 'UpdateGateway']);
    expect(created.records.get(subjectOf(gateway))).toMatchObject({ state: 'ready', reasons: [] });
    expect(await world.live(subjectOf(gateway))).toMatchObject(waf);
    const cleared = await upload(manifestFor(gateway, config));
    expect(cleared.writes).toEqual(['UpdateGateway']);
    expect((await world.live(subjectOf(gateway))).wafConfiguration).toBeUndefined();
  });
});

describe('ready: an online evaluation', () => {
  const evaluation = (executionStatus: string): JsonObject => ({
    executionStatus,
    evaluationExecutionRoleArn: ROLE,
    rule: { samplingConfig: { samplingPercentage: 5 } },
    dataSourceConfig: { cloudWatchLogs: { logGroupNames: ['/agents'], serviceNames: ['front'] } },
  });
  const executionOf = async () => (await world.live(subjectOf(onlineEvaluationConfig))).executionStatus;

  it.each(['ENABLED', 'DISABLED'])('ready: one creation makes it %s', async (status) => {
    world = new World(service);
    const pass = await upload(manifestFor(onlineEvaluationConfig, evaluation(status)));
    expect(pass.writes).toEqual(['CreateOnlineEvaluationConfig']);
    expect(stateOf(pass, subjectOf(onlineEvaluationConfig))).toBe('ready');
    expect(await executionOf()).toBe(status);
  });

  it('ready: it is drifted once another client pauses it, and selfHeal starts it again', async () => {
    world = new World(service);
    await upload(manifestFor(onlineEvaluationConfig, evaluation('ENABLED')));
    const [from, to] = [evaluation('ENABLED'), evaluation('DISABLED')];
    expect(await new ForeignClient(world).change(onlineEvaluationConfig, from, to)).toBeUndefined();
    const told = await world.pass();
    expect(stateOf(told, subjectOf(onlineEvaluationConfig))).toBe('drifted');
    const healed = await upload(manifestFor(onlineEvaluationConfig, from, { selfHeal: true }));
    expect(healed.writes).toEqual(['UpdateOnlineEvaluationConfig']);
    expect(await executionOf()).toBe('ENABLED');
  });

  it('ready: an evaluator that it uses is refused a change, which is made once the evaluation is disabled', async () => {
    world = new World(service);
    const workspace = (description: string, executionStatus: string) => ({
      evaluators: {
        rating: {
          description,
          level: 'TRACE',
          evaluatorConfig: {
            codeBased: {
              lambdaConfig: { lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:rate' },
            },
          },
        },
      },
      onlineEvaluationConfigs: {
        subject: {
          ...evaluation(executionStatus),
          evaluators: [{ evaluatorId: '${evaluators.rating.evaluatorId}' }],
        },
      },
    });
    const created = await upload(workspace('first', 'ENABLED'));
    expect(created.writes).toEqual(['CreateEvaluator', 'CreateOnlineEvaluationConfig']);
    for (const pass of [await upload(workspace('second', 'ENABLED')), await world.pass()]) {
      expect(pass.writes).toEqual([]);
      expect(stateOf(pass, 'evaluator/rating')).toBe('refused');
      expect(pass.records.get('evaluator/rating')?.reasons.join()).toContain('Set executionStatus: DISABLED');
      expect(stateOf(pass, subjectOf(onlineEvaluationConfig))).toBe('ready');
    }
    const unlocked = await upload(workspace('second', 'DISABLED'));
    expect(unlocked.writes).toEqual(['UpdateOnlineEvaluationConfig', 'UpdateEvaluator']);
    expect(stateOf(unlocked, 'evaluator/rating')).toBe('ready');
    const both = await upload(workspace('third', 'ENABLED'));
    expect(both.writes).toEqual(['UpdateEvaluator', 'UpdateOnlineEvaluationConfig']);
    expect((await world.live('evaluator/rating')).description).toBe('third');
  });
});

it('ready: a tag that another client changes or removes returns, and one that nobody declared stays', async () => {
  world = new World(service);
  const config = { roleArn: ROLE, authorizerType: 'NONE', tags: { team: 'payments', cost: '1' } };
  await upload(manifestFor(gateway, config, { selfHeal: true }));
  const arn = String((await world.live(subjectOf(gateway))).gatewayArn);
  await new ForeignClient(world).tag(arn, { team: 'others', foreign: 'x' }, ['cost']);
  await world.service.clock.advance(7 * 3_600_000);
  const pass = await world.pass();
  expect(pass.writes).toEqual(['TagResource']);
  expect(stateOf(pass, subjectOf(gateway))).toBe('ready');
  expect(await world.controlPlane.tags(arn)).toMatchObject({ team: 'payments', cost: '1', foreign: 'x' });
});
