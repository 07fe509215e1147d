import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, parseAddress } from '../../core/address.ts';
import { resourceKinds } from '../../core/resources/resourceKinds.ts';
import { phases } from '../../core/status.ts';
import { metrics } from '../runtime/observability.ts';
import type { ReconcileState } from '../runtime/reconcileState.ts';
import { manifestWith, ReconcileFixture } from '../testing/reconcileFixture.ts';
import { poll } from './poll.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 100);
const WORKSPACES = ['alpha', 'beta'] as const;
type Workspace = (typeof WORKSPACES)[number];

/** One resource of each top-level kind, as YAML with a place for Gateloop's own keys. */
const SHARED: Readonly<Record<string, { readonly address: Address; readonly config: string }>> = {
  gateways: {
    address: 'gateway/shared',
    config: 'roleArn: arn:aws:iam::123456789012:role/front, authorizerType: AWS_IAM',
  },
  registries: { address: 'registry/shared', config: 'description: Tools' },
  agentRuntimes: {
    address: 'agentRuntime/shared',
    config:
      "agentRuntimeArtifact: { containerConfiguration: { containerUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1' } }, roleArn: 'arn:aws:iam::123456789012:role/a', networkConfiguration: { networkMode: PUBLIC }",
  },
  harnesses: {
    address: 'harness/shared',
    config: "executionRoleArn: 'arn:aws:iam::123456789012:role/harness'",
  },
  oauth2CredentialProviders: {
    address: 'oauth2CredentialProvider/shared',
    config:
      'credentialProviderVendor: GithubOauth2, oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: c, clientSecret: { secretsManager: shared/key } } }',
  },
  apiKeyCredentialProviders: {
    address: 'apiKeyCredentialProvider/shared',
    config: 'apiKey: { secretsManager: shared/key }',
  },
};
/** The authorizer type of a gateway cannot be changed. */
const IAM_GATEWAY = { authorizerType: 'AWS_IAM' };
const ADDRESSES = Object.values(SHARED).map(({ address }) => address);

interface Upload {
  readonly prune: boolean;
  readonly keys: 'named' | 'adopt' | 'unmanage' | 'left';
  /** The workspace takes over the resources of the other one, once that one's upload is gone. */
  readonly takesOver?: boolean;
}

function manifestOf(workspace: Workspace, { prune, keys, takesOver }: Upload): string {
  const own = { named: '', adopt: ', adopt: true', unmanage: ', unmanage: true', left: '' }[keys];
  const sections =
    keys === 'left'
      ? []
      : Object.entries(SHARED).map(([section, { config }]) => `${section}: { shared: { ${config}${own} } }`);
  const move = takesOver ? `, movedFrom: ${otherThan(workspace)}` : '';
  return [`# ${workspace}`, `settings: { prune: ${prune}, selfHeal: true${move} }`, ...sections].join('\n');
}

function otherThan(workspace: Workspace): Workspace {
  return workspace === 'alpha' ? 'beta' : 'alpha';
}

/** Two workspaces on the same account, and what the test knows about the owner of each resource. */
class SharedAccount {
  readonly fixture = new ReconcileFixture();
  readonly #states = new Map<Workspace, ReconcileState>();
  readonly #uploads = new Map<Workspace, Upload>();
  readonly #owners = new Map<Address, Workspace | 'nobody'>();

  constructor() {
    this.fixture.secrets.put('shared/key', 'value');
  }

  upload(workspace: Workspace, upload: Upload): void {
    this.#uploads.set(workspace, upload);
    this.fixture.specBucket.upload(workspace, 'manifest.yaml', manifestOf(workspace, upload));
  }

  removeUpload(workspace: Workspace): void {
    if (this.#uploads.delete(workspace)) this.fixture.specBucket.deleteUpload(workspace, 'manifest.yaml');
  }

  async poll(workspace: Workspace, iteration = 0): Promise<ReconcileState> {
    const { fixture } = this;
    const event = {
      workspace,
      leaseHolder: workspace,
      iteration,
      now: fixture.now,
      isFull: iteration === 0,
    };
    const state = await poll(event, fixture);
    this.#states.set(workspace, state);
    const upload = this.#uploads.get(workspace);
    if (
      upload?.takesOver &&
      !this.#uploads.has(otherThan(workspace)) &&
      ['named', 'adopt'].includes(upload.keys)
    )
      for (const [address, owner] of this.#owners)
        if (owner === otherThan(workspace)) this.#owners.set(address, workspace);
    return state;
  }

  /** Provisions what the workspace planned last, however long ago, and checks that it writes only to its own. */
  async provision(workspace: Workspace): Promise<void> {
    const state = this.#states.get(workspace);
    if (state?.next !== 'provision') return;
    const existing = new Set(this.fixture.controlPlane.addresses());
    this.#forgetGivenAway();
    const records = await this.fixture.ledger.readResources(workspace);
    const { provisioned } = await this.fixture.provision(state);
    const written = provisioned.filter(({ answer }) => answer === 'accepted').map(({ address }) => address);
    for (const address of written) {
      const owner = this.#owners.get(address) ?? (existing.has(address) ? 'nobody' : workspace);
      const record = records.get(address)?.record;
      if (owner === 'nobody') expect(record?.adopted, `${workspace} wrote to ${address}`).toBeDefined();
      else expect(owner, `${workspace} wrote to ${address}`).toBe(workspace);
      this.#owners.set(address, workspace);
    }
  }

  settle(): void {
    const { controlPlane } = this.fixture;
    for (const address of controlPlane.addresses()) {
      const status = controlPlane.resource(address)?.status;
      if (status && phases[status] === 'moving') controlPlane.settle(address);
      if (!controlPlane.resource(address)) this.#owners.delete(address);
    }
    this.fixture.now += 2000;
  }

  /** A person makes every resource that does not exist. */
  createByHand(): void {
    for (const address of ADDRESSES) {
      if (this.fixture.controlPlane.resource(address) || this.#isAmbiguous(address)) continue;
      this.fixture.controlPlane.put(address, { config: address === 'gateway/shared' ? IAM_GATEWAY : {} });
      this.#owners.set(address, 'nobody');
    }
  }

  async reconcile(workspace: Workspace): Promise<void> {
    for (let iteration = 0; iteration < 30; iteration += 1) {
      const { next } = await this.poll(workspace, iteration);
      if (['settled', 'refused', 'absent'].includes(next)) return;
      await this.provision(workspace);
      this.settle();
    }
    throw new RangeError(`${workspace} does not settle.`);
  }

  state(workspace: Workspace, address: Address): string | undefined {
    return this.fixture.ledger.resource(workspace, address)?.record.state;
  }

  /**
   * Without readable tags, a resource that appears between the plan of a create and the call cannot be told from one that
   * a killed step has made.
   */
  #isAmbiguous(address: Address): boolean {
    const planned = [...this.#states.values()].flatMap(({ operations }) => operations);
    const hasTags = resourceKinds[parseAddress(address).kind].tags === 'changeable';
    const isCreating = WORKSPACES.some(
      (workspace) => this.fixture.ledger.resource(workspace, address)?.record.creating,
    );
    return !hasTags && (isCreating || planned.some((operation) => operation.address === address));
  }

  /** A workspace gives a resource away when its record is gone, or has no id any more. */
  #forgetGivenAway(): void {
    for (const [address, owner] of this.#owners) {
      if (owner === 'nobody') continue;
      const record = this.fixture.ledger.resource(owner, address)?.record;
      const holds = record?.id !== undefined || record?.operation !== undefined;
      if (!holds) this.#owners.set(address, 'nobody');
    }
  }
}

type Step =
  | { readonly kind: 'upload'; readonly workspace: Workspace; readonly upload: Upload }
  | { readonly kind: 'poll' | 'provision' | 'reconcile' | 'removeUpload'; readonly workspace: Workspace }
  | { readonly kind: 'settle' | 'createByHand' };

const workspaces = fc.constantFrom(...WORKSPACES);
const uploads: fc.Arbitrary<Upload> = fc.record({
  prune: fc.boolean(),
  keys: fc.constantFrom('named', 'adopt', 'unmanage', 'left'),
  takesOver: fc.boolean(),
});
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('upload' as const), workspace: workspaces, upload: uploads }),
  fc.record({
    kind: fc.constantFrom('poll', 'poll', 'provision', 'provision', 'reconcile', 'removeUpload'),
    workspace: workspaces,
  }),
  fc.record({ kind: fc.constantFrom('settle', 'settle', 'settle', 'createByHand') }),
);

async function take(step: Step, account: SharedAccount): Promise<void> {
  switch (step.kind) {
    case 'upload':
      return account.upload(step.workspace, step.upload);
    case 'poll':
      await account.poll(step.workspace);
      return;
    case 'provision':
      return account.provision(step.workspace);
    case 'reconcile':
      return account.reconcile(step.workspace);
    case 'removeUpload':
      return account.removeUpload(step.workspace);
    case 'settle':
      return account.settle();
    case 'createByHand':
      return account.createByHand();
  }
}

describe('two workspaces that name the same resources', () => {
  it('never write to what the other owns, in any order of events, and have one owner in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 40 }), async (events) => {
        const account = new SharedAccount();
        for (const workspace of WORKSPACES) account.upload(workspace, { prune: true, keys: 'named' });
        metrics.clearMetrics();
        for (const event of events) await take(event, account);
        for (const workspace of WORKSPACES) account.upload(workspace, { prune: true, keys: 'adopt' });
        for (const workspace of ['alpha', 'beta', 'alpha'] as const) await account.reconcile(workspace);
        for (const address of ADDRESSES) {
          const states = WORKSPACES.map((workspace) => account.state(workspace, address));
          expect(states.toSorted(), address).toEqual(['ready', 'refused']);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a workspace that returns after another one took its resources over and gave them up', () => {
  it('poll: takes its old records and its last outcome for no proof that it owns them', async () => {
    const account = new SharedAccount();
    account.upload('alpha', { prune: true, keys: 'named' });
    await account.reconcile('alpha');
    account.removeUpload('alpha');
    account.upload('beta', { prune: true, keys: 'named', takesOver: true });
    await account.reconcile('beta');
    const takenOver = ADDRESSES.filter((address) => account.state('beta', address) === 'ready');
    expect(takenOver).not.toEqual([]);
    account.upload('beta', { prune: true, keys: 'unmanage', takesOver: true });
    await account.reconcile('beta');
    account.upload('alpha', { prune: true, keys: 'named' });
    await account.reconcile('alpha');
    for (const address of takenOver) expect(account.state('alpha', address), address).toBe('refused');
  });
});

const killed = new Error('killed');

describe('a poll that is killed after a claim', () => {
  it('poll: releases the claim when the resource has left the manifest meanwhile', async () => {
    const fixture = new ReconcileFixture(manifestWith({ hasTarget: false }));
    fixture.ledger.script.failNextAfterEffect('claim', killed);
    await expect(fixture.poll()).rejects.toThrow(killed);
    const claims = () => fixture.ledger.readClaims(['gateway/front']);
    expect(await claims()).toEqual(new Map([['gateway/front', { owner: 'payments' }]]));
    fixture.upload('settings: { prune: true }');
    expect(await fixture.reconcile()).toMatchObject({ next: 'settled' });
    expect(await claims()).toEqual(new Map([['gateway/front', { formerOwner: 'payments' }]]));
    expect(fixture.record('gateway/front')).toBeUndefined();
  });

  it('poll: goes on with the claim when the resource is still in the manifest', async () => {
    const fixture = new ReconcileFixture(manifestWith({ hasTarget: false }));
    fixture.ledger.script.failNextAfterEffect('claim', killed);
    await expect(fixture.poll()).rejects.toThrow(killed);
    await fixture.reconcile();
    expect(fixture.record('gateway/front')).toMatchObject({ state: 'ready', generation: 1 });
  });
});

describe('a resource that exists before the manifest names it', () => {
  it('poll: refuses it, and names what its adoption would change', async () => {
    const fixture = new ReconcileFixture(manifestWith({ hasTarget: false }));
    fixture.controlPlane.put('gateway/front', {
      config: { ...IAM_GATEWAY, roleArn: 'arn:aws:iam::123456789012:role/other' },
    });
    await fixture.poll();
    const { state, reasons } = fixture.record('gateway/front') ?? {};
    expect(state).toBe('refused');
    expect(reasons?.join()).toContain('It differs from the manifest: roleArn (changed).');
  });
});

describe('a registry record', () => {
  const [TOOLS, SKILLS] = ['Tools0000001', 'Skills000001'];
  const RECORD: Address = 'registryRecord/weather';
  const recordIn = (registryId: string) => `registryRecords:
  weather: { registryId: '${registryId}', recordType: CUSTOM, descriptors: { custom: { data: '{}' } } }
`;
  const nameIn = (registryId: string): Address => `registryRecord/${registryId}/weather`;
  const claimsOf = async ({ ledger }: ReconcileFixture) =>
    Object.fromEntries(await ledger.readClaims([RECORD, nameIn(TOOLS), nameIn(SKILLS)]));

  it('poll: claims the name of a record in its registry, and not in the account', async () => {
    const fixture = new ReconcileFixture(recordIn(TOOLS));
    await fixture.ledger.claim(nameIn(SKILLS), 'books');
    await fixture.reconcile();
    expect(await claimsOf(fixture)).toEqual({
      [nameIn(TOOLS)]: { owner: 'payments' },
      [nameIn(SKILLS)]: { owner: 'books' },
    });
    expect(fixture.controlPlane.addresses()).toEqual([RECORD]);
  });

  it('poll: refuses a record whose name another workspace has claimed in the same registry', async () => {
    const fixture = new ReconcileFixture(recordIn(TOOLS));
    await fixture.ledger.claim(nameIn(TOOLS), 'books');
    await fixture.reconcile();
    const { state, reasons } = fixture.record(RECORD) ?? {};
    expect(state).toBe('refused');
    expect(reasons?.join()).toContain('It belongs to the workspace "books"');
    expect(fixture.controlPlane.addresses()).toEqual([]);
  });

  it('poll: claims a record of a registry of the manifest as soon as that exists', async () => {
    const reference = '${' + 'registries.tools.registryId}';
    const fixture = new ReconcileFixture(`registries: { tools: {} }\n${recordIn(reference)}`);
    await fixture.provision(await fixture.poll());
    expect(await claimsOf(fixture)).toEqual({});
    fixture.settle();
    // This poll sees the registry for the first time, and has the record created.
    const { operations } = await fixture.poll();
    expect(operations).toMatchObject([{ address: RECORD, operation: 'create' }]);
    const registryId = fixture.record('registry/tools')?.outputs?.registryId ?? '';
    const claims = await fixture.ledger.readClaims([nameIn(registryId)]);
    expect(claims.get(nameIn(registryId))).toEqual({ owner: 'payments' });
    expect(fixture.record(RECORD)?.container).toBe(registryId);
  });

  it('poll: releases the name in the former registry when the manifest names another one before the record exists', async () => {
    const fixture = new ReconcileFixture(recordIn(TOOLS));
    await fixture.poll();
    fixture.upload(recordIn(SKILLS));
    await fixture.poll();
    expect(await claimsOf(fixture)).toEqual({
      [nameIn(TOOLS)]: { formerOwner: 'payments' },
      [nameIn(SKILLS)]: { owner: 'payments' },
    });
  });

  it('poll: keeps the name in the registry of a record that exists, whatever registry the manifest names later', async () => {
    const fixture = new ReconcileFixture(recordIn(TOOLS));
    await fixture.reconcile();
    fixture.upload(recordIn(SKILLS));
    await fixture.reconcile();
    expect(await claimsOf(fixture)).toEqual({ [nameIn(TOOLS)]: { owner: 'payments' } });
    expect(fixture.record(RECORD)?.state).toBe('refused');
  });

  it('poll: releases the name of a record that is deleted', async () => {
    const fixture = new ReconcileFixture(recordIn(TOOLS));
    await fixture.reconcile();
    fixture.upload('settings: { prune: true }');
    await fixture.reconcile();
    expect(fixture.controlPlane.addresses()).toEqual([]);
    expect(await claimsOf(fixture)).toEqual({ [nameIn(TOOLS)]: { formerOwner: 'payments' } });
  });

  it('poll: releases the name in the former registry also when it was killed after that', async () => {
    const fixture = new ReconcileFixture(recordIn(TOOLS));
    await fixture.poll();
    fixture.upload(recordIn(SKILLS));
    fixture.ledger.script.failNextAfterEffect('releaseClaim', killed);
    await expect(fixture.poll()).rejects.toThrow(killed);
    await fixture.reconcile();
    expect(await claimsOf(fixture)).toEqual({
      [nameIn(TOOLS)]: { formerOwner: 'payments' },
      [nameIn(SKILLS)]: { owner: 'payments' },
    });
  });
});
