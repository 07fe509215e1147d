import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ServiceError } from '../../adapters/inMemory/serviceError.ts';
import type { Address } from '../../core/address.ts';
import { tagCheckInterval } from '../../core/reconcile/limits.ts';
import { WORKSPACE_TAG } from '../../core/resources/resourceKinds.ts';
import type { ReconcileState } from '../runtime/reconcileState.ts';
import { ReconcileFixture, WORKSPACE } from '../testing/reconcileFixture.ts';

const FRONT = 'gateway/front';
const TARGETS = ['news', 'weather'].map((name): Address => `gatewayTarget/front/${name}`);

const targetConfiguration = `{ mcp: { lambda: { lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:f', toolSchema: { inlinePayload: [{ name: find, description: Finds., inputSchema: { type: object } }] } } } }`;
const manifest = `settings: { prune: true }
gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
    targets:
      news: { credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }], targetConfiguration: ${targetConfiguration} }
      weather: { credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }], targetConfiguration: ${targetConfiguration} }
`;

let fixture: ReconcileFixture;
beforeEach(() => {
  fixture = new ReconcileFixture(manifest);
});

/** The reads of the control plane in one poll, such as `get gateway`. */
async function readsOf(event: Parameters<ReconcileFixture['poll']>[0]): Promise<string[]> {
  const before = fixture.controlPlane.script.calls().length;
  await fixture.poll(event);
  const calls = fixture.controlPlane.script.calls().slice(before);
  return calls.map(({ method, input: [kind] }) => `${method} ${kind}`);
}

describe('observeWorkspace', () => {
  it('makes one List for all gateways and one for the targets of each in the first poll', async () => {
    fixture.upload(
      `${manifest}  back: { roleArn: 'arn:aws:iam::123456789012:role/back', authorizerType: AWS_IAM }`,
    );
    await fixture.reconcile();
    expect(await readsOf({ iteration: 0 })).toEqual([
      'summaries gateway',
      'list gatewayTarget',
      'list gatewayTarget',
    ]);
  });

  it('makes one List for all runtimes and one for all harnesses, and a Get for a provider, whose status no List shows', async () => {
    const runtime = `{ agentRuntimeArtifact: { containerConfiguration: { containerUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/agent:1' } }, roleArn: 'arn:aws:iam::123456789012:role/r', networkConfiguration: { networkMode: PUBLIC } }`;
    fixture.upload(`agentRuntimes: { one: ${runtime}, two: ${runtime} }
harnesses: { third: { executionRoleArn: 'arn:aws:iam::123456789012:role/h' } }
apiKeyCredentialProviders: { key: { apiKey: { secretsManager: shared/key } } }
`);
    fixture.secrets.put('shared/key', 'value');
    await fixture.reconcile();
    await fixture.poll();
    expect(await readsOf({ iteration: 0 })).toEqual([
      'summaries agentRuntime',
      'summaries harness',
      'get apiKeyCredentialProvider',
    ]);
    expect(fixture.controlPlane.script.calls('summaries').at(-2)?.input[1]).toHaveLength(2);
  });

  it('reads the gateway with a Get that was changed since the last one, and no other', async () => {
    fixture.upload(
      `${manifest}  back: { roleArn: 'arn:aws:iam::123456789012:role/back', authorizerType: AWS_IAM }`,
    );
    await fixture.reconcile();
    fixture.now += 1000;
    fixture.controlPlane.put(FRONT);
    expect(await readsOf({ iteration: 0 })).toEqual([
      'summaries gateway',
      'get gateway',
      'list gatewayTarget',
      'list gatewayTarget',
    ]);
    expect(await readsOf({ iteration: 0 })).not.toContain('get gateway');
  });

  it('reads a gateway with a Get that is not READY, whatever its updatedAt says', async () => {
    await fixture.reconcile();
    const { updatedAt } = fixture.controlPlane.put(FRONT);
    await fixture.poll();
    fixture.controlPlane.put(FRONT, { status: 'FAILED', updatedAt });
    expect(await readsOf({ iteration: 0 })).toContain('get gateway');
  });

  it('reads a gateway with a Get that a stale List does not show', async () => {
    await fixture.reconcile();
    const { id } = fixture.record(FRONT) ?? {};
    vi.spyOn(fixture.controlPlane, 'summaries').mockResolvedValueOnce([]);
    expect(await readsOf({ iteration: 0 })).toEqual(['get gateway', 'list gatewayTarget']);
    expect(fixture.record(FRONT)?.id).toBe(id);
  });

  it('reads every resource with a Get after the manifest has changed, and keeps its outputs after a List', async () => {
    await fixture.reconcile();
    const { outputs } = fixture.record(FRONT) ?? {};
    expect(outputs).toHaveProperty('gatewayUrl');
    await fixture.poll();
    expect(fixture.record(FRONT)?.outputs).toEqual(outputs);
    fixture.upload(`# another revision\n${manifest}`);
    expect(await readsOf({ iteration: 0 })).toEqual(['get gateway', 'list gatewayTarget']);
    expect(await readsOf({ iteration: 0 })).toEqual(['summaries gateway', 'list gatewayTarget']);
  });

  it('reads a gateway with a Get once an hour, and reverts a change that moved no updatedAt', async () => {
    fixture.upload(manifest.replace('prune: true', 'prune: true, selfHeal: true'));
    await fixture.reconcile();
    const before = fixture.controlPlane.resource(FRONT);
    const config = { ...before?.config, description: 'Changed by another client.' };
    fixture.controlPlane.put(FRONT, { config, ...(before && { updatedAt: before.updatedAt }) });
    expect(await readsOf({ iteration: 0 })).not.toContain('get gateway');
    fixture.now += tagCheckInterval;
    const { operations } = await fixture.poll({ iteration: 0 });
    expect(operations).toMatchObject([{ address: FRONT, operation: 'update' }]);
  });

  it('takes what is ready from the ledger in later polls of the same reconciliation', async () => {
    await fixture.reconcile();
    expect(await readsOf({ iteration: 1 })).toEqual([]);
  });

  it('lists the targets in later polls while one of them is not ready', async () => {
    await fixture.reconcile();
    fixture.changeRecord('gatewayTarget/front/news', { state: 'failed' });
    expect(await readsOf({ iteration: 1 })).toEqual(['list gatewayTarget']);
  });

  it('reads a gateway with an open operation in later polls', async () => {
    await fixture.provision(await fixture.poll());
    expect(await readsOf({ iteration: 1 })).toEqual(['get gateway', 'list gatewayTarget']);
  });

  it('finds a gateway that the ledger does not know by its name, and adopts it where the manifest says so', async () => {
    fixture.upload(manifest.replace('  front:', '  front:\n    adopt: true'));
    fixture.controlPlane.put(FRONT);
    expect(await readsOf({})).toContain('list gateway');
    expect(fixture.record(FRONT)?.id).toBe(fixture.controlPlane.resource(FRONT)?.id);
  });

  it('finds a gateway by its name when the id in the ledger exists no longer', async () => {
    await fixture.reconcile();
    fixture.controlPlane.remove(TARGETS[0] ?? FRONT);
    fixture.controlPlane.remove(TARGETS[1] ?? FRONT);
    fixture.controlPlane.remove(FRONT);
    const { id } = fixture.controlPlane.put(FRONT, { tags: { [WORKSPACE_TAG]: WORKSPACE } });
    await fixture.poll();
    expect(fixture.record(FRONT)?.id).toBe(id);
  });

  it("refuses a gateway with another workspace's tag, and reads none of its targets", async () => {
    fixture.controlPlane.put(FRONT, { tags: { [WORKSPACE_TAG]: 'orders' } });
    fixture.controlPlane.put('gatewayTarget/front/news');
    expect(await readsOf({})).not.toContain('list gatewayTarget');
    expect(fixture.record(FRONT)).toMatchObject({
      state: 'refused',
      reasons: [expect.stringContaining('"orders"')],
    });
    expect(fixture.record('gatewayTarget/front/news')).not.toHaveProperty('id');
  });

  it('takes a gateway with the tag of this workspace as its own, and claims it', async () => {
    fixture.controlPlane.put(FRONT, { tags: { [WORKSPACE_TAG]: WORKSPACE } });
    await fixture.poll();
    expect(fixture.record(FRONT)?.id).toBe(fixture.controlPlane.resource(FRONT)?.id);
    expect(await fixture.ledger.claim(FRONT, 'orders')).toBe(WORKSPACE);
  });

  it('refuses a gateway that exists and carries no tag, and leaves its name free for another workspace', async () => {
    fixture.controlPlane.put(FRONT);
    await fixture.reconcile();
    expect(fixture.record(FRONT)).toMatchObject({
      state: 'refused',
      reasons: [expect.stringContaining('adopt: true')],
    });
    expect(fixture.controlPlane.script.calls('update')).toEqual([]);
    expect(await fixture.ledger.claim(FRONT, 'orders')).toBe('orders');
  });

  it('reads nothing of a gateway that another workspace has claimed', async () => {
    await fixture.ledger.claim(FRONT, 'orders');
    expect(await readsOf({})).toEqual([]);
    expect(fixture.record(FRONT)).toMatchObject({
      state: 'refused',
      reasons: [expect.stringContaining('belongs to the workspace "orders"')],
    });
  });

  it('reads no tags that are only set at creation, and takes a provider that a killed step may have made', async () => {
    fixture.secrets.put('shared/key', 'value');
    fixture.upload(
      'oauth2CredentialProviders: { login: { credentialProviderVendor: GithubOauth2, oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: c, clientSecret: { secretsManager: shared/key } } } } }',
    );
    expect((await fixture.poll()).next).toBe('provision');
    fixture.controlPlane.put('oauth2CredentialProvider/login');
    await fixture.reconcile();
    expect(fixture.controlPlane.script.calls('tags')).toEqual([]);
    const record = fixture.ledger.resource(WORKSPACE, 'oauth2CredentialProvider/login')?.record;
    expect(record?.state).not.toBe('refused');
  });

  it('reads the tags of a gateway that Gateloop created once, after they were set', async () => {
    await fixture.reconcile();
    expect(fixture.controlPlane.script.calls('tags')).toHaveLength(1);
    await fixture.poll();
    expect(fixture.controlPlane.script.calls('tags')).toHaveLength(1);
  });

  it('observes resources that have left the manifest when prune is on', async () => {
    await fixture.reconcile();
    fixture.upload('settings: { prune: true }');
    // What is to be deleted may have parts of any kind.
    expect(await readsOf({})).toEqual([
      'get gateway',
      'list gatewayRule',
      'list gatewayRateLimit',
      'list gatewayResourcePolicy',
      'list gatewayTarget',
    ]);
    expect((await fixture.poll()).operations).toMatchObject(
      TARGETS.map((address) => ({ address, operation: 'delete' })),
    );
  });

  it('reads a gateway that has left the manifest when prune is off until it is given away', async () => {
    await fixture.reconcile();
    fixture.upload('settings: { prune: false }');
    expect(await readsOf({})).toEqual(['get gateway', 'list gatewayTarget']);
    await fixture.reconcile();
    expect(await readsOf({})).toEqual([]);
  });

  it('reads a target by its id that a stale List does not show, however long ago it was created', async () => {
    await fixture.reconcile();
    const news = 'gatewayTarget/front/news';
    const operation = { operation: 'create', fingerprint: 'f', startedAt: 0 } as const;
    fixture.changeRecord(news, { operation, state: 'in-progress' });
    const list = vi.spyOn(fixture.controlPlane, 'list').mockResolvedValue([]);
    const { operations } = await fixture.poll({ iteration: 0 });
    list.mockRestore();
    expect(operations.filter(({ operation }) => operation === 'create')).toEqual([]);
    expect(fixture.record(news)?.id).toBe(fixture.controlPlane.resource(news)?.id);
  });

  it('takes a target for a missing one that neither a List nor a Get shows', async () => {
    await fixture.reconcile();
    fixture.controlPlane.remove('gatewayTarget/front/news');
    expect(await readsOf({ iteration: 0 })).toEqual([
      'summaries gateway',
      'list gatewayTarget',
      'get gatewayTarget',
    ]);
  });

  describe('when the service has too many requests', () => {
    const names = Array.from({ length: 10 }, (_, index) => `front${index}`);
    const many = (target: string) =>
      `settings: { prune: true, selfHeal: true }\ngateways:\n${names
        .map(
          (name) =>
            `  ${name}: { roleArn: 'arn:aws:iam::123456789012:role/front', authorizerType: AWS_IAM, targets: { ${target} } }`,
        )
        .join('\n')}`;
    const withTargets = many(
      `news: { credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }], targetConfiguration: ${targetConfiguration} }`,
    );
    const throttled = () => new ServiceError('ThrottlingException');

    /** Polls until nothing is left to read, as the state machine does. @returns the reads of each poll */
    async function readsOfPolls(): Promise<string[][]> {
      const polls: string[][] = [];
      let state: ReconcileState | undefined;
      while (!state || state.next === 'wait') {
        const before = fixture.controlPlane.script.calls().length;
        const { unread = [] } = state ?? {};
        state = await fixture.poll({ iteration: polls.length, unread });
        const calls = fixture.controlPlane.script.calls().slice(before);
        polls.push(calls.map(({ method, input: [kind] }) => `${method} ${kind}`));
        fixture.now += state.requeueAfterSeconds * 1000;
      }
      return polls;
    }

    it('lists the targets of eight gateways in a poll, and those of the others in the next one', async () => {
      fixture.upload(withTargets);
      await fixture.reconcile();
      fixture.now += 60_000;
      const lists = (count: number) => Array.from({ length: count }, () => 'list gatewayTarget');
      expect(await readsOfPolls()).toEqual([['summaries gateway', ...lists(8)], lists(2)]);
    });

    it('creates nothing a second time, and changes nothing, while a resource cannot be read', async () => {
      fixture.upload(withTargets);
      await fixture.reconcile();
      const before = fixture.controlPlane.addresses();
      const target = 'gatewayTarget/front3/news';
      fixture.changeRecord(target, { state: 'failed' });
      for (const _ of names) fixture.controlPlane.script.failNext('list', throttled());
      const state = await fixture.poll({ iteration: 0 });
      expect(state).toMatchObject({ next: 'wait', requeueAfterSeconds: 3, operations: [] });
      expect(state.unread).toContain(target);
      expect(fixture.record(target)).toMatchObject({ state: 'failed' });
      expect(fixture.controlPlane.addresses()).toEqual(before);
    });

    it('deletes no gateway whose targets could not be listed', async () => {
      fixture.upload(withTargets);
      await fixture.reconcile();
      fixture.upload('settings: { prune: true }');
      for (const name of names) fixture.changeRecord(`gatewayTarget/${name}/news`, { state: 'failed' });
      fixture.controlPlane.script.failNext('list', throttled());
      const { operations } = await fixture.poll({ iteration: 0 });
      expect(operations.filter(({ address }) => address.startsWith('gateway/'))).toEqual([]);
    });

    it('claims no gateway that it could not read, and adopts it in a later poll', async () => {
      fixture.upload(manifest.replace('  front:', '  front:\n    adopt: true'));
      fixture.controlPlane.put(FRONT);
      fixture.controlPlane.script.failNext('get', throttled());
      const state = await fixture.poll();
      expect(state).toMatchObject({ next: 'wait', operations: [], unread: [FRONT, ...TARGETS] });
      expect(await fixture.ledger.readClaims([FRONT])).toEqual(new Map());
      await fixture.poll({ iteration: 1, unread: state.unread ?? [] });
      expect(fixture.record(FRONT)?.id).toBe(fixture.controlPlane.resource(FRONT)?.id);
    });

    it('takes no changed gateway as unchanged whose configuration could not be read', async () => {
      fixture.upload(manifest.replace('prune: true', 'prune: true, selfHeal: true'));
      await fixture.reconcile();
      const { config } = fixture.controlPlane.resource(FRONT) ?? {};
      fixture.now += 1000;
      fixture.controlPlane.put(FRONT, { config: { ...config, description: 'By hand.' } });
      fixture.controlPlane.script.failNext('get', throttled());
      const state = await fixture.poll();
      expect(state).toMatchObject({ next: 'wait', operations: [] });
      expect(fixture.record(FRONT)).toMatchObject({ state: 'ready' });
      const { operations } = await fixture.poll({ iteration: 1, unread: state.unread ?? [] });
      expect(operations).toMatchObject([{ address: FRONT, operation: 'update' }]);
    });
  });

  it('reads at most four resources at a time', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `front${index}`);
    const gateways = names.map(
      (name) => `  ${name}: { roleArn: 'arn:aws:iam::123456789012:role/front', authorizerType: AWS_IAM }`,
    );
    fixture.upload(['gateways:', ...gateways].join('\n'));
    for (const name of names) {
      const { id } = fixture.controlPlane.put(`gateway/${name}`);
      fixture.changeRecord(`gateway/${name}`, { id });
    }
    let running = 0;
    let most = 0;
    for (const _ of names)
      fixture.controlPlane.script.beforeNext('get', async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
      });
    await fixture.poll();
    expect(most).toBe(4);
    expect(fixture.controlPlane.script.unused()).toEqual([]);
  });
});
