import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StepKilled } from '../../adapters/inMemory/serviceError.ts';
import type { Address } from '../../core/address.ts';
import { omit } from '../../core/objects.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { phases } from '../../core/status.ts';
import { openRequests } from '../notify/openRequests.ts';
import { provision } from '../provision/provision.ts';
import type { ReconcileState } from '../runtime/reconcileState.ts';
import { scanFleet } from '../schedule/scanFleet.ts';
import { sync } from '../sync/sync.ts';
import { ReconcileFixture } from '../testing/reconcileFixture.ts';

const OWNER = 'platform';
const GUEST = 'billing';
const FRONT = 'gateway/front';

/** Targets on servers whose tools the manifest gives, so that nothing is synchronized. */
const targets = (names: readonly string[], version = 'v1') =>
  Object.fromEntries(
    names.map((name) => [
      name,
      {
        targetConfiguration: {
          mcp: { mcpServer: { endpoint: `https://mcp.example.com/${name}/${version}` } },
        },
      },
    ]),
  );

/** The manifest of the workspace that owns the gateway `front`. */
const ownerManifest = (
  names: readonly string[],
  sharedWith: readonly string[] = [GUEST],
  version?: string,
) => ({
  settings: { prune: true, selfHeal: true },
  gateways: {
    front: {
      roleArn: 'arn:aws:iam::123456789012:role/front',
      authorizerType: 'AWS_IAM',
      ...(sharedWith.length > 0 && { sharedWith }),
      targets: targets(names, version),
    },
  },
});

const guestManifest = (names: readonly string[], version?: string) => ({
  settings: { prune: true, selfHeal: true },
  gateways: { front: { sharedBy: OWNER, targets: targets(names, version) } },
});

const nothing = { settings: { prune: true } };

const anyStep = fc.record({
  workspace: fc.constantFrom(OWNER, GUEST),
  action: fc.constantFrom(
    'poll',
    'poll',
    'poll',
    'provision',
    'provision',
    'provision',
    'upload',
    'settleOne',
    'settle',
  ),
  names: fc.subarray(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], { minLength: 4 }),
  version: fc.constantFrom('v1', 'v2', 'v3', 'v4'),
});
type Step = typeof anyStep extends fc.Arbitrary<infer Value> ? Value : never;

/** Two workspaces on the same account. */
class TwoWorkspaces extends ReconcileFixture {
  /** What a workspace changed of a target that it does not own. */
  readonly changesOfOthers: string[] = [];
  readonly #states = new Map<string, ReconcileState>();
  #polls = 0;

  put(workspace: string, manifest: object): void {
    this.specBucket.upload(workspace, 'manifest.yaml', JSON.stringify(manifest));
  }

  pollOf(workspace: string, iteration = 0): Promise<ReconcileState> {
    return this.poll({ workspace, leaseHolder: `execution of ${workspace}`, iteration });
  }

  provisionOf(state: ReconcileState) {
    return provision({ state: omit(state, 'holdSeconds'), now: this.now }, this);
  }

  /** Reconciles one workspace until it is settled. */
  async pass(workspace: string): Promise<ReconcileState> {
    for (let iteration = 0; iteration < 20; iteration += 1) {
      const state = await this.pollOf(workspace, iteration);
      if (state.next === 'provision') await this.provisionOf(state);
      if (state.next === 'sync') await sync({ state, now: this.now }, this);
      this.now += 2000;
      this.settle();
      if (['settled', 'refused', 'ask'].includes(state.next)) {
        await this.ledger.releaseLease(workspace, `execution of ${workspace}`);
        return state;
      }
    }
    throw new RangeError(`The workspace ${workspace} does not settle.`);
  }

  async uploadAndPass(workspace: string, manifest: object): Promise<void> {
    this.put(workspace, manifest);
    await this.pass(workspace);
  }

  recordOf(workspace: string, address: Address): ResourceRecord | undefined {
    return this.ledger.resource(workspace, address)?.record;
  }

  reasons(workspace: string, address: Address): string {
    return this.recordOf(workspace, address)?.reasons.join(' ') ?? '';
  }

  endpoint(name: string): string | undefined {
    const config = this.controlPlane.resource(`gatewayTarget/front/${name}`)?.config;
    return JSON.stringify(config ?? {}).match(/https:\/\/mcp[^"]*/)?.[0];
  }

  /** The targets that the service has on the gateway. */
  names(): string[] {
    return this.controlPlane
      .addresses()
      .filter((address) => address.startsWith('gatewayTarget/'))
      .map((address) => address.replace('gatewayTarget/front/', ''))
      .sort();
  }

  moving(): number {
    const statuses = this.controlPlane
      .addresses()
      .map((address) => this.controlPlane.resource(address)?.status);
    return statuses.filter((status) => status && phases[status] === 'moving').length;
  }

  /** The workspaces that were asked to be reconciled, by events. */
  requested(): string[] {
    return this.events
      .published()
      .filter(({ detailType }) => detailType === 'Reconcile Requested')
      .map(({ detail }) => JSON.stringify(detail).match(/"workspace":"([^"]+)"/)?.[1] ?? '');
  }

  async take({ workspace, action, names, version }: Step): Promise<void> {
    this.now += 2000;
    switch (action) {
      case 'settle':
        return this.settle();
      case 'settleOne':
        return this.#settleOne();
      case 'upload': {
        const manifest =
          workspace === OWNER
            ? ownerManifest(names, [GUEST], `${OWNER}-${version}`)
            : guestManifest(names, `${GUEST}-${version}`);
        return this.put(workspace, manifest);
      }
      case 'poll':
        this.#polls += 1;
        this.#states.set(workspace, await this.pollOf(workspace, this.#polls % 3));
        return;
      case 'provision': {
        const state = this.#states.get(workspace);
        this.#states.delete(workspace);
        if (state?.next === 'provision') await this.#provisionWatched(workspace, state);
      }
    }
  }

  #settleOne(): void {
    const [first] = this.controlPlane
      .addresses()
      .filter((each) => phases[this.controlPlane.resource(each)?.status ?? 'READY'] === 'moving');
    if (first) this.controlPlane.settle(first);
  }

  async #provisionWatched(workspace: string, state: ReconcileState): Promise<void> {
    const before = new Map(this.names().map((name) => [name, this.#live(name)]));
    await this.provisionOf(state);
    for (const name of new Set([...before.keys(), ...this.names()])) {
      const isOwn = this.recordOf(workspace, `gatewayTarget/front/${name}`)?.operation !== undefined;
      if (!isOwn && before.get(name) !== this.#live(name)) this.changesOfOthers.push(`${workspace}: ${name}`);
    }
  }

  #live(name: string): string {
    return JSON.stringify(this.controlPlane.resource(`gatewayTarget/front/${name}`) ?? 'none');
  }

  /** Both workspaces with a target each on the gateway of the owner. */
  static async shared(): Promise<TwoWorkspaces> {
    const fixture = new TwoWorkspaces();
    await fixture.uploadAndPass(OWNER, ownerManifest(['own']));
    await fixture.uploadAndPass(GUEST, guestManifest(['guest']));
    return fixture;
  }
}

describe('a gateway that a workspace shares', () => {
  it('shared gateway: another workspace adds targets, and each workspace owns its own alone', async () => {
    const fixture = await TwoWorkspaces.shared();
    expect(fixture.names()).toEqual(['guest', 'own']);
    expect(fixture.recordOf(GUEST, FRONT)).toMatchObject({ state: 'ready', sharedBy: OWNER });
    expect(fixture.recordOf(GUEST, 'gatewayTarget/front/guest')?.state).toBe('ready');
    expect(fixture.recordOf(GUEST, 'gatewayTarget/front/own')).toBeUndefined();
    await fixture.pass(OWNER);
    expect(fixture.recordOf(OWNER, FRONT)?.state).toBe('ready');
    expect(fixture.reasons(OWNER, FRONT)).toBe('Other workspaces have targets on it: billing (guest).');
    expect(fixture.recordOf(OWNER, 'gatewayTarget/front/guest')).toBeUndefined();
  });

  it('shared gateway: no change of the guest touches the gateway, and no prune of one the targets of the other', async () => {
    const fixture = await TwoWorkspaces.shared();
    const before = fixture.controlPlane.resource(FRONT);
    fixture.now += 10_000;
    await fixture.uploadAndPass(GUEST, guestManifest(['guest'], 'v2'));
    expect(fixture.endpoint('guest')).toContain('guest/v2');
    await fixture.uploadAndPass(GUEST, guestManifest(['other']));
    expect(fixture.names()).toEqual(['other', 'own']);
    await fixture.uploadAndPass(OWNER, ownerManifest(['mine']));
    expect(fixture.names()).toEqual(['mine', 'other']);
    await fixture.uploadAndPass(GUEST, nothing);
    expect(fixture.names()).toEqual(['mine']);
    expect(fixture.recordOf(GUEST, FRONT)?.id).toBeUndefined();
    expect(fixture.controlPlane.resource(FRONT)).toEqual(before);
    expect(await fixture.ledger.readSharing(FRONT)).toMatchObject({ targets: { mine: OWNER }, slots: {} });
  });

  it('shared gateway: the guest refers to its URL', async () => {
    const fixture = await TwoWorkspaces.shared();
    const { front } = guestManifest([]).gateways;
    const own = {
      roleArn: 'arn:aws:iam::123456789012:role/own',
      authorizerType: 'AWS_IAM',
      description: `Beside \${gateways.front.gatewayUrl}`,
    };
    await fixture.uploadAndPass(GUEST, { gateways: { front, own } });
    const url = fixture.recordOf(OWNER, FRONT)?.outputs?.gatewayUrl;
    expect(url).toBeDefined();
    expect(fixture.controlPlane.resource('gateway/own')?.config).toMatchObject({
      description: `Beside ${url}`,
    });
  });

  it('shared gateway: a guest whom the owner does not name creates nothing, and is told what is missing', async () => {
    const fixture = new TwoWorkspaces();
    await fixture.uploadAndPass(OWNER, ownerManifest(['own'], ['search']));
    await fixture.uploadAndPass(GUEST, guestManifest(['guest']));
    expect(fixture.names()).toEqual(['own']);
    for (const address of [FRONT, 'gatewayTarget/front/guest'] as const) {
      expect(fixture.recordOf(GUEST, address)?.state).toBe('refused');
      expect(fixture.reasons(GUEST, address)).toContain('has to name this workspace under "sharedWith"');
    }
    await fixture.uploadAndPass(OWNER, ownerManifest(['own'], ['search', GUEST]));
    expect(fixture.requested()).toContain(GUEST);
    await fixture.pass(GUEST);
    expect(fixture.names()).toEqual(['guest', 'own']);
  });

  it('shared gateway: a guest waits for an owner that has no gateway yet, and is reconciled once it is ready', async () => {
    const fixture = new TwoWorkspaces();
    await fixture.uploadAndPass(GUEST, guestManifest(['guest']));
    expect(fixture.reasons(GUEST, FRONT)).toContain('the workspace platform has not made it yet');
    fixture.put(OWNER, ownerManifest(['own']));
    const state = await fixture.pollOf(OWNER);
    await fixture.pass(GUEST);
    expect(fixture.reasons(GUEST, FRONT)).toContain('shares the gateway, but has not made it yet');
    await fixture.provisionOf(state);
    await fixture.ledger.releaseLease(OWNER, `execution of ${OWNER}`);
    fixture.settle();
    await fixture.pass(OWNER);
    expect(fixture.requested()).toContain(GUEST);
    await fixture.pass(GUEST);
    expect(fixture.names()).toEqual(['guest', 'own']);
  });

  it('shared gateway: a name belongs to the workspace that had it first, also to that of the owner', async () => {
    const fixture = await TwoWorkspaces.shared();
    await fixture.uploadAndPass(GUEST, guestManifest(['guest', 'own']));
    expect(fixture.reasons(GUEST, 'gatewayTarget/front/own')).toBe(
      'The workspace "platform" has a target of this name on the gateway, so Gateloop does not change it. Give the target another name here.',
    );
    await fixture.uploadAndPass(OWNER, ownerManifest(['own', 'guest'], [GUEST], 'v2'));
    expect(fixture.reasons(OWNER, 'gatewayTarget/front/guest')).toContain('The workspace "billing"');
    expect(fixture.endpoint('guest')).toContain('guest/v1');
    expect(fixture.endpoint('own')).toContain('own/v2');
  });

  it('shared gateway: withdrawal leaves the targets of the guest, stops changes to them, and tells both', async () => {
    const fixture = await TwoWorkspaces.shared();
    await fixture.uploadAndPass(OWNER, ownerManifest(['own'], []));
    expect(fixture.requested().at(-1)).toBe(GUEST);
    expect(fixture.reasons(OWNER, FRONT)).toContain('Other workspaces have targets on it: billing (guest)');
    await fixture.uploadAndPass(GUEST, guestManifest(['guest', 'new'], 'v2'));
    expect(fixture.names()).toEqual(['guest', 'own']);
    expect(fixture.endpoint('guest')).toContain('guest/v1');
    expect(fixture.reasons(GUEST, FRONT)).toContain(
      'does not share the gateway front with this one any more',
    );
    await fixture.uploadAndPass(GUEST, nothing);
    expect(fixture.names()).toEqual(['own']);
  });

  it('shared gateway: it is not deleted while others have targets on it, and both are told', async () => {
    const fixture = await TwoWorkspaces.shared();
    await fixture.uploadAndPass(OWNER, nothing);
    expect(fixture.controlPlane.resource(FRONT)).toBeDefined();
    const text = fixture.reasons(OWNER, FRONT);
    expect(fixture.recordOf(OWNER, FRONT)?.state).toBe('refused');
    expect(text).toContain('other workspaces have targets on it: billing (guest)');
    expect(fixture.requested().at(-1)).toBe(GUEST);
    await fixture.pass(GUEST);
    expect(fixture.reasons(GUEST, FRONT)).toContain(
      'deletes the gateway front once no other workspace has targets on it',
    );
    expect(fixture.names()).toContain('guest');
    await fixture.uploadAndPass(GUEST, nothing);
    expect(fixture.names()).not.toContain('guest');
    expect(fixture.requested().at(-1)).toBe(OWNER);
  });

  it('shared gateway: an owner that another workspace has followed shares nothing by itself', async () => {
    const fixture = await TwoWorkspaces.shared();
    await fixture.ledger.releaseClaim(FRONT, OWNER);
    await fixture.ledger.claim(FRONT, 'search');
    await fixture.uploadAndPass(GUEST, guestManifest(['guest', 'new']));
    expect(fixture.names()).toEqual(['guest', 'own']);
    expect(fixture.reasons(GUEST, FRONT)).toContain('belongs to the workspace search');
  });

  it("shared gateway: errors in the owner's entry withdraw nothing", async () => {
    const fixture = await TwoWorkspaces.shared();
    const manifest = ownerManifest(['own']);
    const front = { ...manifest.gateways.front, authorizerType: 'NOBODY' };
    await fixture.uploadAndPass(OWNER, { ...manifest, gateways: { ...manifest.gateways, front } });
    await fixture.uploadAndPass(GUEST, guestManifest(['guest', 'new']));
    expect(fixture.names()).toEqual(['guest', 'new', 'own']);
  });

  it('shared gateway: a poll that is killed after it has claimed a name leaves none behind', async () => {
    const fixture = new TwoWorkspaces();
    await fixture.uploadAndPass(OWNER, ownerManifest(['own']));
    fixture.put(GUEST, guestManifest(['guest']));
    // It ends right after it has claimed the name.
    fixture.controlPlane.script.failNext('list', new StepKilled());
    await expect(fixture.pollOf(GUEST)).rejects.toThrow(StepKilled);
    expect((await fixture.ledger.readSharing(FRONT))?.targets).toMatchObject({ guest: GUEST });
    await fixture.uploadAndPass(GUEST, nothing);
    expect((await fixture.ledger.readSharing(FRONT))?.targets).toEqual({ own: OWNER });
    expect(fixture.recordOf(GUEST, FRONT)).toBeUndefined();
  });

  it('shared gateway: sharing that a killed poll has begun ends with the next upload that does not want it', async () => {
    const fixture = new TwoWorkspaces();
    await fixture.uploadAndPass(OWNER, ownerManifest(['own'], []));
    fixture.put(OWNER, ownerManifest(['own']));
    fixture.controlPlane.script.failNext('list', new StepKilled());
    await expect(fixture.pollOf(OWNER)).rejects.toThrow(StepKilled);
    expect((await fixture.ledger.readSharing(FRONT))?.sharedWith).toEqual([GUEST]);
    await fixture.uploadAndPass(OWNER, ownerManifest(['own'], [], 'v2'));
    expect((await fixture.ledger.readSharing(FRONT))?.sharedWith).toEqual([]);
    expect(fixture.recordOf(OWNER, FRONT)).not.toHaveProperty('sharedWith');
  });

  it.each([
    [OWNER, ownerManifest(['own'])],
    [GUEST, guestManifest(['guest'])],
  ])(
    'shared gateway: the workspace %s takes its targets along under another name',
    async (workspace, manifest) => {
      const fixture = await TwoWorkspaces.shared();
      await fixture.publishOutcome(await fixture.pass(workspace));
      fixture.specBucket.deleteUpload(workspace, 'manifest.yaml');
      const renamed = { ...manifest, settings: { prune: true, movedFrom: workspace } };
      if (workspace === GUEST) await fixture.uploadAndPass(OWNER, ownerManifest(['own'], [GUEST, 'renamed']));
      await fixture.uploadAndPass('renamed', renamed);
      await fixture.pass('renamed');
      const name = workspace === OWNER ? 'own' : 'guest';
      expect(fixture.recordOf('renamed', `gatewayTarget/front/${name}`)?.state).toBe('ready');
      expect((await fixture.ledger.readSharing(FRONT))?.targets).toMatchObject({ [name]: 'renamed' });
      expect(fixture.names()).toEqual(['guest', 'own']);
    },
  );

  it("shared gateway: the guest's owner is asked for the consent to a target of the guest", async () => {
    const fixture = await TwoWorkspaces.shared();
    const oauthCredentialProvider = {
      providerArn:
        'arn:aws:bedrock-agentcore:eu-west-1:123456789012:token-vault/default/oauth2credentialprovider/a',
      scopes: ['read'],
      grantType: 'AUTHORIZATION_CODE',
    };
    const issues = {
      targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/issues' } } },
      credentialProviderConfigurations: [
        { credentialProviderType: 'OAUTH', credentialProvider: { oauthCredentialProvider } },
      ],
    };
    const owners = { default: { email: 'billing@example.com' } };
    fixture.put(GUEST, { owners, gateways: { front: { sharedBy: OWNER, targets: { issues } } } });
    const created = await fixture.pollOf(GUEST);
    await fixture.provisionOf(created);
    fixture.now += 5000;
    fixture.controlPlane.settle('gatewayTarget/front/issues', 'CREATE_PENDING_AUTH');
    const state = await fixture.pollOf(GUEST, 1);
    expect(state.next).toBe('ask');
    const { requests } = await openRequests({ state, now: fixture.now }, fixture);
    const [opened] = await Promise.all(
      requests.map(({ reference }) => fixture.ledger.readRequest(reference)),
    );
    expect(opened?.request).toMatchObject({
      workspace: GUEST,
      address: 'gatewayTarget/front/issues',
      owner: { contacts: [{ channel: 'email', address: 'billing@example.com' }] },
    });
  });

  it('shared gateway: the scan of the fleet finds both workspaces as they were left, and a change of the gateway', async () => {
    const fixture = await TwoWorkspaces.shared();
    const settleBoth = async () => {
      for (const workspace of [OWNER, GUEST, OWNER, GUEST]) {
        fixture.now += 700_000;
        await fixture.publishOutcome(await fixture.pass(workspace));
      }
    };
    await settleBoth();
    const scan = async () => {
      const state = { reason: 'drift' as const, looked: 0, started: 0, measurements: [], now: fixture.now };
      return (await scanFleet(state, Object.assign(fixture, { random: () => 0.5 }))).started;
    };
    expect(await scan()).toBe(0);
    fixture.now += 1000;
    fixture.controlPlane.put(FRONT);
    expect(await scan()).toBe(2);
  });

  it('shared gateway: a target that was made by hand is not taken over', async () => {
    const fixture = new TwoWorkspaces();
    await fixture.uploadAndPass(OWNER, ownerManifest(['own']));
    fixture.controlPlane.put('gatewayTarget/front/by-hand');
    await fixture.uploadAndPass(GUEST, guestManifest(['by-hand']));
    expect(fixture.reasons(GUEST, 'gatewayTarget/front/by-hand')).toContain('Gateloop did not make it');
    expect(fixture.names()).toEqual(['by-hand', 'own']);
  });

  it('shared gateway: after the loss of the ledger, each workspace finds its own targets again', async () => {
    const fixture = new TwoWorkspaces();
    for (const [workspace, manifest] of [
      [OWNER, ownerManifest(['own'])],
      [GUEST, guestManifest(['guest'])],
    ] as const) {
      await fixture.uploadAndPass(workspace, manifest);
      const state = await fixture.pass(workspace);
      await fixture.publishOutcome(state);
    }
    fixture.ledger.clear();
    for (const workspace of [GUEST, OWNER, GUEST, OWNER]) await fixture.pass(workspace);
    expect(fixture.recordOf(GUEST, 'gatewayTarget/front/guest')?.state).toBe('ready');
    expect((await fixture.ledger.readSharing(FRONT))?.targets).toEqual({ own: OWNER, guest: GUEST });
    expect(fixture.names()).toEqual(['guest', 'own']);
  });

  it('shared gateway: the targets of all workspaces count for the limit of the account', async () => {
    const fixture = await TwoWorkspaces.shared();
    for (let index = 0; index < 97; index += 1)
      fixture.controlPlane.put(`gatewayTarget/front/by-hand-${index}`);
    await fixture.uploadAndPass(GUEST, guestManifest(['guest', 'one', 'two']));
    expect(fixture.names()).toHaveLength(100);
    expect(fixture.reasons(GUEST, 'gatewayTarget/front/two')).toContain('has 100 targets already');
  });

  it('shared gateway: both workspaces together begin five operations at a time', async () => {
    const fixture = await TwoWorkspaces.shared();
    const many = Array.from({ length: 5 }, (_, index) => `t${index}`);
    fixture.put(OWNER, ownerManifest(['own', ...many]));
    fixture.put(GUEST, guestManifest(['guest', ...many.map((name) => `g${name}`)]));
    // Both have read that nothing is under way.
    const states = [await fixture.pollOf(OWNER), await fixture.pollOf(GUEST)];
    for (const state of states) {
      expect(state.operations).toHaveLength(5);
      await fixture.provisionOf(state);
      fixture.now += 2000;
    }
    expect(fixture.moving()).toBe(5);
  });

  it('shared gateway: a call without a slot uses none of the writes of the account, and a slot without a write is free', async () => {
    const fixture = await TwoWorkspaces.shared();
    const many = Array.from({ length: 5 }, (_, index) => `t${index}`);
    fixture.put(OWNER, ownerManifest(['own', ...many]));
    fixture.put(GUEST, guestManifest(['guest', ...many.map((name) => `g${name}`)]));
    const [first, second] = [await fixture.pollOf(OWNER), await fixture.pollOf(GUEST)];
    // Another workspace has three of the five writes of this second.
    await fixture.ledger.reserveWrites(3, fixture.now);
    await fixture.provisionOf(first);
    expect(Object.keys((await fixture.ledger.readSharing(FRONT))?.slots ?? {})).toHaveLength(2);
    fixture.now += 2000;
    await fixture.provisionOf(second);
    expect(fixture.moving()).toBe(5);
    const reserved = fixture.ledger.script.calls('reserveWrites').at(-1)?.input[0];
    expect(reserved).toBe(3);
  });

  it('shared gateway: never more than five operations, each of the workspace that owns the target, in any order of steps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 10, maxLength: 40 }), async (steps) => {
        const fixture = await TwoWorkspaces.shared();
        for (const step of steps) {
          await fixture.take(step);
          expect(fixture.moving()).toBeLessThanOrEqual(5);
        }
        expect(fixture.changesOfOthers).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
