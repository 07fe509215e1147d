import { describe, expect, it } from 'vitest';
import type { Address } from '../core/address.ts';
import { ReconcileFixture } from './testing/reconcileFixture.ts';

const ROLE = 'arn:aws:iam::123456789012:role/front';
const POLICY: Address = 'gatewayResourcePolicy/front/policy';

const statement = (sid: string) =>
  `Statement: [{ Sid: ${sid}, Effect: Deny, Principal: '*', Action: '*', Resource: '*' }]`;
const policyOf = (sid: string, more = '') =>
  `resourcePolicy: { policy: { Version: '2012-10-17', ${statement(sid)} }, ${more} }`;
const canonical = (sid: string) =>
  `{"Statement":[{"Action":"*","Effect":"Deny","Principal":"*","Resource":"*","Sid":"${sid}"}],"Version":"2012-10-17"}`;

function manifest(parts: string, settings = 'prune: true, selfHeal: true'): string {
  return `settings: { ${settings} }\ngateways: { front: { roleArn: '${ROLE}', authorizerType: AWS_IAM, ${parts} } }`;
}

const writes = (fixture: ReconcileFixture) =>
  (['create', 'update', 'delete'] as const).flatMap((call) =>
    fixture.controlPlane.script.calls(call).map(({ input: [kind] }) => `${call} ${kind}`),
  );

async function reconciled(parts: string): Promise<ReconcileFixture> {
  const fixture = new ReconcileFixture();
  await upload(fixture, manifest(parts));
  return fixture;
}

async function upload(fixture: ReconcileFixture, text: string): Promise<void> {
  fixture.upload(text);
  await fixture.reconcile();
}

describe('resource policies', () => {
  it('a resource policy is put after its gateway as canonical JSON, and nothing is done once it is ready', async () => {
    const fixture = await reconciled(policyOf('first'));
    expect(writes(fixture)).toEqual(['create gateway', 'create gatewayResourcePolicy']);
    expect(fixture.controlPlane.script.calls('create').at(-1)?.input[1]).toEqual({
      policy: canonical('first'),
    });
    expect(fixture.record(POLICY)).toMatchObject({ state: 'ready' });
  });

  it('a resource policy that is written as a text in another order is no change', async () => {
    const fixture = await reconciled(policyOf('first'));
    const text = `{ "Version": "2012-10-17", "Statement": [{ "Sid": "first", "Effect": "Deny", "Resource": "*", "Principal": "*", "Action": "*" }] }`;
    await upload(fixture, manifest(`resourcePolicy: { policy: '${text}' }`));
    expect(writes(fixture)).toHaveLength(2);
  });

  it('a resource policy that another client changes is put again', async () => {
    const fixture = await reconciled(policyOf('first'));
    fixture.now += 60_000;
    fixture.controlPlane.put(POLICY, { config: { policy: canonical('theirs') } });
    await fixture.reconcile();
    expect(writes(fixture).slice(2)).toEqual(['update gatewayResourcePolicy']);
    expect(fixture.controlPlane.resource(POLICY)?.config).toEqual({ policy: canonical('first') });
  });

  it('a resource policy whose key is removed is deleted where settings.prune is on, and its gateway stays', async () => {
    const fixture = await reconciled(policyOf('first'));
    await upload(fixture, manifest('', 'prune: false'));
    expect(writes(fixture)).toHaveLength(2);
    await upload(fixture, manifest(''));
    expect(writes(fixture).slice(2)).toEqual(['delete gatewayResourcePolicy']);
  });

  it('a resource policy that another client put is refused, and replaced where the manifest adopts it', async () => {
    const fixture = await reconciled('');
    fixture.controlPlane.put(POLICY, { config: { policy: canonical('theirs') } });
    await upload(fixture, manifest(policyOf('ours')));
    expect(fixture.record(POLICY)).toMatchObject({ state: 'refused' });
    expect(fixture.record(POLICY)?.reasons.join()).toContain('Otherwise remove it from the manifest.');
    await upload(fixture, manifest(policyOf('ours', 'adopt: true')));
    expect(writes(fixture)).toEqual(['create gateway', 'update gatewayResourcePolicy']);
  });

  it('a resource policy that another client put stays where the manifest has none, and keeps its gateway', async () => {
    const fixture = await reconciled('');
    fixture.controlPlane.put(POLICY, { config: { policy: canonical('theirs') } });
    await upload(fixture, manifest(''));
    await upload(fixture, 'settings: { prune: true }\ngateways: {}');
    expect(writes(fixture)).toEqual(['create gateway']);
    expect(fixture.record('gateway/front')?.reasons.join()).toContain(POLICY);
  });

  it('a resource policy without a policy, or with a field that it does not have, is refused with the place', async () => {
    const fixture = new ReconcileFixture();
    fixture.upload(manifest("resourcePolicy: { resourceArn: 'arn:aws:x' }"));
    await fixture.poll();
    const reasons = fixture.record(POLICY)?.reasons.join('\n') ?? '';
    expect(reasons).toContain('gateways.front.resourcePolicy.policy');
    expect(reasons).toContain('Gateloop sets this field. Remove the line.');
  });
});
