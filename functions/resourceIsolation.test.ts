import { beforeEach, describe, expect, it, vi } from 'vitest';
import { resultOf, ServiceError } from '../adapters/inMemory/serviceError.ts';
import { WORKSPACE_TAG } from '../core/resources/resourceKinds.ts';
import { EarlyEnd } from './poll/pollState.ts';
import { previewDecision } from './poll/previewDecision.ts';
import { logger } from './runtime/observability.ts';
import { manifestWith, ReconcileFixture, WORKSPACE } from './testing/reconcileFixture.ts';

const ENDPOINT = 'https://mcp.example.com/back';
const more = `  back:
    roleArn: arn:aws:iam::123456789012:role/back
    authorizerType: AWS_IAM
    targets:
      notes: { targetConfiguration: { mcp: { mcpServer: { endpoint: '${ENDPOINT}' } } } }
`;
const FRONT = ['gateway/front', 'gatewayTarget/front/issues'] as const;
const NOTES = 'gatewayTarget/back/notes';

beforeEach(() => {
  vi.spyOn(logger, 'error').mockImplementation(() => {});
  vi.spyOn(logger, 'warn').mockImplementation(() => {});
});

const KEY = 'payments/key';
const REGISTRY = 'AbCdEf123456';
const RUNTIME_ID = 'search-AB12CD34EF';
const RUNTIME = `arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/${RUNTIME_ID}`;
const RUNTIME_ENDPOINT = `https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/${encodeURIComponent(RUNTIME)}/invocations`;

/** A workspace whose second gateway has another endpoint, or more resources beside it. */
function uploadOther(fixture: ReconcileFixture, { from = '', to = '', beside = '' }): void {
  fixture.upload(manifestWith({ more: more.replace(from, to) + beside }));
}

function withKey(fixture: ReconcileFixture): ReconcileFixture {
  uploadOther(fixture, {
    beside: `apiKeyCredentialProviders:\n  ledger: { apiKey: { secretsManager: ${KEY} } }\n`,
  });
  fixture.secrets.put(KEY, 'first');
  return fixture;
}

function withRegistry(fixture: ReconcileFixture): ReconcileFixture {
  uploadOther(fixture, {
    from: '    targets:',
    to: `    targetsFromRegistry: { registryId: ${REGISTRY} }\n    targets:`,
  });
  fixture.records.putRegistry(REGISTRY);
  fixture.records.putRecord({
    registryId: REGISTRY,
    recordId: 'weather00000',
    name: 'weather',
    recordType: 'MCP',
    descriptors: {},
    status: 'APPROVED',
    version: '1',
    createdAt: 1,
    updatedAt: 1,
  });
  return fixture;
}

/** The Gets of the runtime behind a target are answered with this error. */
function failRuntimeReads(fixture: ReconcileFixture, code: 'ThrottlingException' | 'AccessDeniedException') {
  uploadOther(fixture, { from: ENDPOINT, to: RUNTIME_ENDPOINT });
  const { controlPlane } = fixture;
  const get = controlPlane.get.bind(controlPlane);
  vi.spyOn(controlPlane, 'get').mockImplementation((kind, id) =>
    kind === 'agentRuntime' ? resultOf(Promise.reject(new ServiceError(code))) : get(kind, id),
  );
}

/** Each stage with a fault at one resource. Unless said otherwise, the fault is one of one call. */
const faults: readonly [stage: string, fault: string, arrange: (fixture: ReconcileFixture) => void][] = [
  ['readDesiredState', 'an invalid entry', (fixture) => uploadOther(fixture, { from: 'https', to: 'http' })],
  [
    'readDesiredState',
    'a missing schema file',
    (fixture) =>
      uploadOther(fixture, {
        from: `mcpServer: { endpoint: '${ENDPOINT}' }`,
        to: 'openApiSchema: { file: gone.yaml }',
      }),
  ],
  [
    'importRegistryTargets',
    'a List of a registry that fails',
    (fixture) =>
      withRegistry(fixture).records.script.failNext(
        'listServers',
        new ServiceError('InternalServerException'),
      ),
  ],
  [
    'importRegistryTargets',
    'a List of a registry that may not be made',
    (fixture) =>
      withRegistry(fixture).records.script.failNext('listServers', new ServiceError('AccessDeniedException')),
  ],
  [
    'importRegistryTargets',
    'a Get of a record that fails',
    (fixture) =>
      withRegistry(fixture).records.script.failNext('get', new ServiceError('InternalServerException')),
  ],
  [
    'observeWorkspace',
    'a List that may not be made',
    (fixture) => fixture.controlPlane.script.failNext('list', new ServiceError('AccessDeniedException')),
  ],
  [
    'observeWorkspace',
    'a Get that fails',
    (fixture) => fixture.controlPlane.script.failNext('get', new ServiceError('InternalServerException')),
  ],
  [
    'observeWorkspace',
    'tags of an existing resource that may not be read',
    (fixture) => {
      fixture.controlPlane.put('gateway/back', {
        tags: { [WORKSPACE_TAG]: WORKSPACE },
        config: { roleArn: 'arn:aws:iam::123456789012:role/other', authorizerType: 'AWS_IAM' },
      });
      fixture.controlPlane.script.failNext('tags', new ServiceError('AccessDeniedException'));
    },
  ],
  [
    'decideWithReads',
    'tags that fail to be read',
    (fixture) => fixture.controlPlane.script.failNext('tags', new ServiceError('InternalServerException')),
  ],
  [
    'checkDependencies',
    'a version of a secret that fails to be read',
    (fixture) =>
      withKey(fixture).secrets.script.failNext('currentVersion', new ServiceError('InternalServerException')),
  ],
  [
    'checkDependencies',
    'each Get of a runtime of another owner that is throttled',
    (fixture) => failRuntimeReads(fixture, 'ThrottlingException'),
  ],
  [
    'checkDependencies',
    'each Get of a runtime of another owner that may not be made',
    (fixture) => failRuntimeReads(fixture, 'AccessDeniedException'),
  ],
  [
    'provision',
    'a create that is rejected',
    (fixture) => fixture.controlPlane.script.failNext('create', new ServiceError('ValidationException')),
  ],
  [
    'provision',
    'a secret that cannot be read',
    (fixture) => withKey(fixture).secrets.script.failNext('read', new ServiceError('AccessDeniedException')),
  ],
];

describe('a fault at one resource', () => {
  it.each(faults)('in %s, %s, does not keep the others from being ready', async (_stage, _fault, arrange) => {
    const fixture = new ReconcileFixture(manifestWith({ more }));
    arrange(fixture);
    for (let pass = 0; pass < 3; pass += 1) {
      await fixture.reconcile();
      fixture.now += 60_000;
    }
    const { controlPlane, secrets, records } = fixture;
    expect([controlPlane, secrets, records].flatMap(({ script }) => script.unused())).toEqual([]);
    expect(FRONT.map((address) => fixture.record(address)?.state)).toEqual(['ready', 'ready']);
    expect(fixture.record('gateway/back')?.state).toBe('ready');
    expect(fixture.record(NOTES)?.state).toMatch(/ready|refused/);
  });

  it('in a plan, a Get that fails, leaves the others planned', async () => {
    const fixture = new ReconcileFixture(manifestWith({ more }));
    await fixture.reconcile();
    fixture.controlPlane.put('gateway/front');
    fixture.controlPlane.script.failNext('get', new ServiceError('ThrottlingException'));
    const preview = await previewDecision(WORKSPACE, fixture.now, fixture);
    if (preview instanceof EarlyEnd) throw new TypeError(`The plan ended early: ${preview.next}.`);
    const plans = new Map(preview.decision.plans.map((plan) => [plan.address, plan]));
    expect(plans.get('gateway/front')?.reasons.join()).toContain('It could not be read (ThrottlingException');
    expect(plans.get('gateway/back')?.state).toBe('ready');
  });

  it('in provision, a record that another step wrote, does not lose the result of another call', async () => {
    const fixture = new ReconcileFixture(manifestWith({ more }));
    const state = await fixture.poll();
    expect(state.operations.map(({ address }) => address)).toEqual(['gateway/front', 'gateway/back']);
    fixture.ledger.script.beforeNext('writeResource', () => fixture.changeRecord('gateway/front', {}));
    await expect(fixture.provision(state)).rejects.toMatchObject({ code: 'LedgerConflict' });
    const { id } = fixture.controlPlane.resource('gateway/back') ?? {};
    expect(fixture.record('gateway/back')).toMatchObject({ id, operation: { operation: 'create' } });
  });
});
