import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../adapters/inMemory/serviceError.ts';
import { defaultGrants } from '../../core/iam/callerGrants.ts';
import { readGrants } from '../../core/storage/deploymentDocument.ts';
import { manifestWith, ReconcileFixture, WORKSPACE } from '../testing/reconcileFixture.ts';

const FRONT = 'gateway/front';

describe('poll: what the deployment allows AgentCore to use', () => {
  it('poll: refuses a resource whose role the deployment does not pass, and applies the others', async () => {
    const fixture = new ReconcileFixture(
      manifestWith({
        more: '  back:\n    roleArn: arn:aws:iam::123456789012:role/back-gateway\n    authorizerType: AWS_IAM\n',
      }),
    );
    fixture.callerGrants = defaultGrants;
    await fixture.reconcile();
    expect(fixture.controlPlane.addresses()).toEqual(['gateway/back']);
    expect(fixture.record(FRONT)).toMatchObject({
      state: 'refused',
      reasons: [expect.stringContaining('add "front" to the setting "passedRoles"')],
    });
  });

  it('poll: applies the resource once the deployment passes its role', async () => {
    const fixture = new ReconcileFixture(manifestWith({ hasTarget: false }));
    fixture.callerGrants = defaultGrants;
    await fixture.reconcile();
    expect(fixture.controlPlane.addresses()).toEqual([]);
    fixture.callerGrants = { ...defaultGrants, passedRoles: ['front'] };
    await fixture.reconcile();
    expect(fixture.controlPlane.addresses()).toEqual([FRONT]);
  });

  it('poll: tries a denied call again at once after another deployment, and only then', async () => {
    const fixture = new ReconcileFixture(manifestWith({ hasTarget: false }));
    const creations = () => fixture.controlPlane.script.calls('create').length;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      fixture.controlPlane.script.failNext('create', new ServiceError('AccessDeniedException'));
      await fixture.provision(await fixture.poll());
      fixture.now += 60_000;
    }
    await fixture.reconcile();
    expect(fixture.record(FRONT)).toMatchObject({ state: 'failed', retry: { denied: true } });
    expect(creations()).toBe(3);
    fixture.deploymentId = 'second';
    await fixture.reconcile();
    expect(fixture.controlPlane.addresses()).toEqual([FRONT]);
    expect(fixture.ledger.workspace(WORKSPACE)).toMatchObject({ deploymentId: 'second' });
  });

  it('poll: stores what the deployment allows, so that plans check it too', async () => {
    const fixture = new ReconcileFixture(manifestWith({ hasTarget: false }));
    fixture.callerGrants = { ...defaultGrants, passedRoles: ['front'] };
    await fixture.reconcile();
    expect(await readGrants(fixture.specBucket)).toEqual(fixture.callerGrants);
  });
});
