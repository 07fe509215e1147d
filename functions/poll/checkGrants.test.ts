import { describe, expect, it } from 'vitest';
import { defaultGrants } from '../../core/iam/callerGrants.ts';
import { readGrants } from '../../core/storage/deploymentDocument.ts';
import { manifestWith, ReconcileFixture } from '../testing/reconcileFixture.ts';

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

  it('poll: stores what the deployment allows, so that plans check it too', async () => {
    const fixture = new ReconcileFixture(manifestWith({ hasTarget: false }));
    fixture.callerGrants = { ...defaultGrants, passedRoles: ['front'] };
    await fixture.reconcile();
    expect(await readGrants(fixture.specBucket)).toEqual(fixture.callerGrants);
  });
});
