import { describe, expect, it } from 'vitest';
import type { Address } from '../core/address.ts';
import { ReconcileFixture } from './testing/reconcileFixture.ts';

const ROLE = 'arn:aws:iam::123456789012:role/front';
const TARGET = `{ targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/' } } } }`;
const NAMED = '${gateways.front.targets.search.name}';
const RULE: Address = 'gatewayRule/front/reads';

function rule(more = '', targetName = NAMED, priority = 10): string {
  return `rules: { reads: { priority: ${priority}, actions: [{ routeToTarget: { staticRoute: { targetName: '${targetName}' } } }], ${more} } }`;
}

function manifest(parts: string): string {
  return `settings: { prune: true, selfHeal: true }\ngateways: { front: { roleArn: '${ROLE}', authorizerType: AWS_IAM, ${parts} } }`;
}

const writes = (fixture: ReconcileFixture) =>
  (['create', 'update', 'delete'] as const).flatMap((call) =>
    fixture.controlPlane.script.calls(call).map(({ input: [kind] }) => `${call} ${kind}`),
  );

async function reconciled(parts: string): Promise<ReconcileFixture> {
  const fixture = new ReconcileFixture();
  fixture.upload(manifest(parts));
  await fixture.reconcile();
  return fixture;
}

describe('rules of gateways', () => {
  it('a rule is made after the target that it names, with the name of the target, and without a name of its own', async () => {
    const fixture = await reconciled(`targets: { search: ${TARGET} }, ${rule()}`);
    expect(writes(fixture)).toEqual(['create gateway', 'create gatewayTarget', 'create gatewayRule']);
    expect(fixture.controlPlane.script.calls('create').at(-1)?.input[1]).toEqual({
      priority: 10,
      actions: [{ routeToTarget: { staticRoute: { targetName: 'search' } } }],
    });
    expect(fixture.record(RULE)).toMatchObject({ state: 'ready' });
  });

  it('a rule is deleted before the target that it names, and both before their gateway', async () => {
    const fixture = await reconciled(`targets: { search: ${TARGET} }, ${rule()}`);
    fixture.upload('settings: { prune: true }\ngateways: {}');
    const { operations } = await fixture.poll();
    expect(operations).toMatchObject([{ address: RULE, operation: 'delete' }]);
    await fixture.reconcile();
    expect(writes(fixture).slice(3)).toEqual([
      'delete gatewayRule',
      'delete gatewayTarget',
      'delete gateway',
    ]);
  });

  it('a rule keeps its id when its key in the manifest stays and its priority changes', async () => {
    const fixture = await reconciled(rule('', 'search'));
    const { id } = fixture.record(RULE) ?? {};
    fixture.upload(manifest(rule('', 'search', 20)));
    await fixture.reconcile();
    expect(writes(fixture)).toEqual(['create gateway', 'create gatewayRule', 'update gatewayRule']);
    expect(fixture.record(RULE)).toMatchObject({ id, state: 'ready' });
  });

  const foreign = { priority: 10, actions: [{ routeToTarget: { staticRoute: { targetName: 'search' } } }] };

  it('a rule that another client made with the same priority is refused, and adopted where the manifest says so', async () => {
    const fixture = await reconciled('');
    const { id } = fixture.controlPlane.put('gatewayRule/front/theirs', {
      config: { ...foreign, description: 'theirs' },
    });
    fixture.upload(manifest(rule('', 'other')));
    await fixture.reconcile();
    expect(fixture.record(RULE)).toMatchObject({ state: 'refused' });
    expect(fixture.record(RULE)?.reasons.join()).toContain('give it another priority');
    expect(writes(fixture)).toEqual(['create gateway']);
    fixture.upload(manifest(rule("adopt: true, description: 'ours'", 'other')));
    await fixture.reconcile();
    expect(fixture.record(RULE)).toMatchObject({ id, state: 'ready' });
    expect(writes(fixture)).toEqual(['create gateway', 'update gatewayRule']);
  });

  it('a rule that another client made is never deleted, and keeps its gateway', async () => {
    const fixture = await reconciled('');
    fixture.controlPlane.put('gatewayRule/front/theirs', { config: foreign });
    fixture.upload('settings: { prune: true }\ngateways: {}');
    await fixture.reconcile();
    expect(writes(fixture)).toEqual(['create gateway']);
    expect(fixture.record('gateway/front')?.reasons.join()).toContain('gatewayRule/front/');
  });
});
