import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ServiceError } from '../adapters/inMemory/serviceError.ts';
import { logger } from './runtime/observability.ts';
import { manifestWith, ReconcileFixture } from './testing/reconcileFixture.ts';

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

/** Each stage with a fault at one resource. The faults of reads are those of one call. */
const faults: readonly [stage: string, fault: string, arrange: (fixture: ReconcileFixture) => void][] = [
  [
    'readDesiredState',
    'an invalid entry',
    (fixture) => fixture.upload(manifestWith({ more: more.replace('https', 'http') })),
  ],
  [
    'readDesiredState',
    'a missing schema file',
    (fixture) =>
      fixture.upload(
        manifestWith({ more: more.replace(/mcpServer.*\n/, 'openApiSchema: { file: gone.yaml } } } }\n') }),
      ),
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
    'provision',
    'a create that is rejected',
    (fixture) => fixture.controlPlane.script.failNext('create', new ServiceError('ValidationException')),
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
    expect(FRONT.map((address) => fixture.record(address)?.state)).toEqual(['ready', 'ready']);
    expect(fixture.record('gateway/back')?.state).toBe('ready');
    expect(fixture.record(NOTES)?.state).toMatch(/ready|refused/);
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
