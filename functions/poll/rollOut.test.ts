import { describe, expect, it } from 'vitest';
import { StepKilled } from '../../adapters/inMemory/serviceError.ts';
import { omit } from '../../core/objects.ts';
import { provision } from '../provision/provision.ts';
import type { ReconcileState } from '../runtime/reconcileState.ts';
import { ReconcileFixture } from '../testing/reconcileFixture.ts';
import { EarlyEnd } from './pollState.ts';
import { previewDecision } from './previewDecision.ts';

const CANARY = 'staging';
const FOLLOWER = 'billing';
const FILE = 'shared/orders.tools.json';

const schema = (version: string) =>
  JSON.stringify([{ name: 'order', description: version, inputSchema: { type: 'object' } }]);

const manifest = (workspace: string, settings: object, file = FILE) => ({
  settings,
  gateways: {
    [workspace]: {
      roleArn: 'arn:aws:iam::123456789012:role/front',
      authorizerType: 'AWS_IAM',
      targets: {
        orders: {
          targetConfiguration: {
            mcp: {
              lambda: {
                lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:orders',
                toolSchema: { file },
              },
            },
          },
          credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }],
        },
      },
    },
  },
});

const addressIn = (workspace: string) => `gatewayTarget/${workspace}/orders` as const;

/** A canary and a follower on the same account. */
class Rollout extends ReconcileFixture {
  /** A version that the service cannot apply. */
  broken: string | undefined;

  constructor() {
    super();
    this.settings(CANARY, { rollout: { followers: [FOLLOWER] } });
    this.settings(FOLLOWER, { rollout: { canary: CANARY } });
  }

  settings(workspace: string, settings: object, file?: string): void {
    this.specBucket.upload(workspace, 'manifest.yaml', JSON.stringify(manifest(workspace, settings, file)));
  }

  /** Uploads a version of the file to both workspaces. */
  push(version: string): void {
    for (const workspace of [CANARY, FOLLOWER]) this.specBucket.upload(workspace, FILE, schema(version));
  }

  pollOf(workspace: string, iteration = 0): Promise<ReconcileState> {
    return this.poll({ workspace, leaseHolder: `execution of ${workspace}`, iteration });
  }

  /** Reconciles a workspace until it has settled. */
  async pass(workspace: string): Promise<void> {
    for (let iteration = 0; iteration < 40; iteration += 1) {
      const state = await this.pollOf(workspace, iteration);
      if (state.next === 'provision')
        await provision({ state: omit(state, 'holdSeconds'), now: this.now }, this);
      this.now += 60_000;
      this.settle();
      if (state.next === 'settled' || state.next === 'ask') {
        await this.ledger.releaseLease(workspace, `execution of ${workspace}`);
        return;
      }
    }
    throw new RangeError(`The workspace ${workspace} does not settle.`);
  }

  override settle(): void {
    const address = addressIn(CANARY);
    const { status, config } = this.controlPlane.resource(address) ?? {};
    const isBroken = JSON.stringify(config ?? {}).includes(this.broken ?? 'nothing');
    if (status === 'UPDATING' && isBroken)
      this.controlPlane.settle(address, 'FAILED', { statusReasons: ['The function cannot be invoked.'] });
    super.settle();
  }

  /** The schema that the service has of the target, by the name of its copy. */
  applied(workspace: string): string | undefined {
    const config = JSON.stringify(this.controlPlane.resource(addressIn(workspace))?.config ?? {});
    return /applied\/([0-9a-f]{64})/.exec(config)?.[1];
  }

  /** The schema that the upload has of the target, by the name of its copy. */
  async wanted(workspace: string): Promise<string | undefined> {
    const preview = await previewDecision(workspace, this.now, this);
    if (preview instanceof EarlyEnd) return undefined;
    return preview.desired.resources.find(({ schema: each }) => each)?.schema?.sha256;
  }

  recordOf(workspace: string) {
    return this.ledger.resource(workspace, addressIn(workspace))?.record;
  }

  /** How often the follower was asked to be reconciled. */
  requests(): number {
    return this.events
      .published('Reconcile Requested')
      .filter(({ detail }) => JSON.stringify(detail).includes(FOLLOWER)).length;
  }

  /** Both workspaces with the first version. */
  static async begun(): Promise<Rollout> {
    const fixture = new Rollout();
    fixture.push('v1');
    await fixture.pass(CANARY);
    await fixture.pass(FOLLOWER);
    return fixture;
  }
}

describe('rollout of a schema in shared/', () => {
  it('rollout: a follower keeps its version until the new one is ready in the canary, which has it reconciled', async () => {
    const fixture = await Rollout.begun();
    const first = fixture.applied(FOLLOWER);
    expect([first, fixture.recordOf(FOLLOWER)?.state]).toEqual([fixture.applied(CANARY), 'ready']);

    fixture.push('v2');
    await fixture.pass(FOLLOWER);
    expect(fixture.applied(FOLLOWER)).toBe(first);
    expect(fixture.recordOf(FOLLOWER)).toMatchObject({
      state: 'in-progress',
      reasons: [`This version of ${FILE} waits until it is ready in the canary ${CANARY}.`],
    });
    const preview = await previewDecision(FOLLOWER, fixture.now, fixture);
    expect(preview instanceof EarlyEnd ? [] : preview.decision.resources).toContainEqual(
      expect.objectContaining({ state: 'in-progress', reasons: fixture.recordOf(FOLLOWER)?.reasons }),
    );

    const before = fixture.requests();
    await fixture.pass(CANARY);
    expect(fixture.requests()).toBeGreaterThan(before);
    await fixture.pass(FOLLOWER);
    expect(fixture.applied(FOLLOWER)).toBe(fixture.applied(CANARY));
    expect(fixture.applied(FOLLOWER)).not.toBe(first);
    expect(fixture.recordOf(FOLLOWER)?.state).toBe('ready');
  });

  it('rollout: a version that fails is rolled back in the canary, stops for the follower, and a newer one goes on', async () => {
    const fixture = await Rollout.begun();
    const first = fixture.applied(FOLLOWER);
    fixture.push('v2');
    fixture.broken = await fixture.wanted(CANARY);
    await fixture.pass(CANARY);
    expect(fixture.recordOf(CANARY)?.state).toBe('failed');
    expect(fixture.applied(CANARY)).toBe(first);

    await fixture.pass(FOLLOWER);
    expect(fixture.applied(FOLLOWER)).toBe(first);
    expect(fixture.recordOf(FOLLOWER)).toMatchObject({
      state: 'refused',
      reasons: [expect.stringContaining('has stopped')],
    });

    fixture.push('v3');
    await fixture.pass(CANARY);
    await fixture.pass(FOLLOWER);
    expect(fixture.recordOf(FOLLOWER)?.state).toBe('ready');
    expect(fixture.applied(FOLLOWER)).not.toBe(first);
  });

  it('rollout: a stopped version goes on after a retry in the canary', async () => {
    const fixture = await Rollout.begun();
    fixture.push('v2');
    const second = await fixture.wanted(CANARY);
    fixture.broken = second;
    await fixture.pass(CANARY);
    await fixture.pass(FOLLOWER);
    expect(fixture.recordOf(FOLLOWER)?.state).toBe('refused');

    fixture.broken = undefined;
    const command = { action: 'retry', address: addressIn(CANARY), givenAt: fixture.now } as const;
    await fixture.ledger.putCommand(CANARY, command);
    await fixture.pass(CANARY);
    await fixture.pass(FOLLOWER);
    expect(fixture.recordOf(FOLLOWER)?.state).toBe('ready');
    expect(fixture.applied(FOLLOWER)).toBe(second);
  });

  it('rollout: the owner of a follower is asked for a yes once the version is proven, and not before', async () => {
    const fixture = await Rollout.begun();
    fixture.settings(FOLLOWER, { approve: 'always', rollout: { canary: CANARY } });
    fixture.push('v2');
    await fixture.pass(FOLLOWER);
    expect(fixture.recordOf(FOLLOWER)?.state).toBe('in-progress');
    await fixture.pass(CANARY);
    expect((await fixture.pollOf(FOLLOWER)).requests).toMatchObject([
      { address: addressIn(FOLLOWER), kind: 'approval' },
    ]);
  });

  it('rollout: a follower waits for a canary whose changes operators have suspended', async () => {
    const fixture = await Rollout.begun();
    const first = fixture.applied(FOLLOWER);
    fixture.push('v2');
    await fixture.ledger.suspend(CANARY, { since: fixture.now });
    await fixture.pass(CANARY);
    await fixture.ledger.resume(CANARY);
    await fixture.pass(FOLLOWER);
    expect(fixture.recordOf(CANARY)?.state).toBe('suspended');
    expect([fixture.recordOf(FOLLOWER)?.state, fixture.applied(FOLLOWER)]).toEqual(['in-progress', first]);
  });

  it('rollout: a schema outside shared/ is applied at once', async () => {
    const fixture = await Rollout.begun();
    const first = fixture.applied(FOLLOWER);
    fixture.settings(FOLLOWER, { rollout: { canary: CANARY } }, 'schemas/orders.json');
    fixture.specBucket.upload(FOLLOWER, 'schemas/orders.json', schema('own'));
    await fixture.pass(FOLLOWER);
    expect(fixture.recordOf(FOLLOWER)?.state).toBe('ready');
    expect(fixture.applied(FOLLOWER)).not.toBe(first);
  });

  it('rollout: the newest version wins, and goes back to a proven one without the canary', async () => {
    const fixture = await Rollout.begun();
    const first = fixture.applied(FOLLOWER);
    fixture.push('v2');
    await fixture.pollOf(CANARY);
    fixture.push('v3');
    await fixture.pass(CANARY);
    await fixture.pass(FOLLOWER);
    expect(fixture.applied(FOLLOWER)).toBe(fixture.applied(CANARY));

    fixture.specBucket.upload(FOLLOWER, FILE, schema('v1'));
    await fixture.pass(FOLLOWER);
    expect(fixture.applied(FOLLOWER)).toBe(first);
  });

  it('rollout: a new workspace creates no target with a version that is not proven', async () => {
    const fixture = new Rollout();
    fixture.push('v1');
    await fixture.pass(FOLLOWER);
    expect(fixture.applied(FOLLOWER)).toBeUndefined();
    expect(fixture.recordOf(FOLLOWER)?.reasons[0]).toContain(`has to name ${FOLLOWER}`);
    await fixture.pass(CANARY);
    await fixture.pass(FOLLOWER);
    expect(fixture.recordOf(FOLLOWER)?.state).toBe('ready');
  });

  it('rollout: a poll of the canary that is killed before it tells its followers tells them when it is retried', async () => {
    const fixture = await Rollout.begun();
    fixture.push('v2');
    const state = await fixture.pollOf(CANARY);
    await provision({ state: omit(state, 'holdSeconds'), now: fixture.now }, fixture);
    fixture.now += 60_000;
    fixture.settle();
    const requests = fixture.requests();
    // The first call publishes what has become of the resources.
    fixture.events.script.letPass('publish');
    fixture.events.script.failNext('publish', new StepKilled());
    await expect(fixture.pollOf(CANARY, 1)).rejects.toThrow(StepKilled);
    expect(fixture.requests()).toBe(requests);
    expect((await fixture.pollOf(CANARY, 1)).next).toBe('settled');
    expect(fixture.requests()).toBe(requests + 1);
    await fixture.pollOf(CANARY, 2);
    expect(fixture.requests()).toBe(requests + 1);
    await fixture.pass(FOLLOWER);
    expect(fixture.applied(FOLLOWER)).toBe(fixture.applied(CANARY));
  });

  it('rollout: a canary whose upload is gone refuses new versions, and the follower goes on once it names none', async () => {
    const fixture = await Rollout.begun();
    fixture.specBucket.deleteUpload(CANARY, 'manifest.yaml');
    fixture.specBucket.deleteUpload(CANARY, FILE);
    fixture.specBucket.upload(FOLLOWER, FILE, schema('v2'));
    await fixture.pass(FOLLOWER);
    expect(fixture.recordOf(FOLLOWER)?.reasons[0]).toContain(`The canary ${CANARY} has no files`);
    const first = fixture.applied(FOLLOWER);
    fixture.settings(FOLLOWER, {});
    await fixture.pass(FOLLOWER);
    expect(fixture.recordOf(FOLLOWER)?.state).toBe('ready');
    expect(fixture.applied(FOLLOWER)).not.toBe(first);
  });

  it('rollout: a canary that names no follower any more says so, and holds the follower back', async () => {
    const fixture = await Rollout.begun();
    fixture.settings(CANARY, {});
    fixture.push('v2');
    await fixture.pass(CANARY);
    await fixture.pass(FOLLOWER);
    expect(fixture.recordOf(FOLLOWER)?.reasons[0]).toContain(`has to name ${FOLLOWER}`);
  });
});
