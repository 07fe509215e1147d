import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linksIn, manifestOf, type System, startSystem, toolSchema } from '../system/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

let workspaces = 0;
const BEFORE = toolSchema(['find', 'refund']);
const AFTER = toolSchema(['find']);
const OWNER = 'owner@example.com';
const STRANGER = 'stranger@example.com';

interface Upload {
  readonly approve: string;
  readonly schema: string;
  readonly owner?: string;
  readonly escalation?: string;
}

/** A workspace with one target, whose applied manifest asks about breaking changes. */
class Workspace {
  readonly name: string;

  constructor() {
    workspaces += 1;
    this.name = `rules-${workspaces}`;
  }

  async upload({ approve, schema, owner = OWNER, escalation }: Upload): Promise<void> {
    const owners = `default: { email: ${owner} }${escalation ? `, escalation: { email: ${escalation} }` : ''}`;
    const manifest = manifestOf(['cards'], { gateway: this.name, settings: `{ approve: ${approve} }` });
    system.upload(this.name, 'schemas/cards.json', schema);
    system.upload(this.name, 'manifest.yaml', manifest.replace(`default: { email: ${OWNER} }`, owners));
    await system.settle();
  }

  /** The recipients of requests about this workspace, in order. */
  asked(): unknown[] {
    return system.gateloop.aws.outbox
      .list()
      .filter(({ message }) => message.includes(this.name) && linksIn([{ message }]).length > 0)
      .map(({ attributes }) => attributes.owner);
  }

  get state(): string | undefined {
    return system.states(this.name)[`${this.name}/cards`];
  }
}

async function applied(guardrails: object = {}): Promise<Workspace> {
  const workspace = new Workspace();
  const open = { roles: 'any', lambdas: 'any', ownerChannels: { email: 'any' } };
  system.putGuardrails(JSON.stringify({ version: 1, defaults: { ...open, ...guardrails } }));
  await workspace.upload({ approve: 'breaking', schema: BEFORE });
  expect(workspace.state).toBe('ready');
  return workspace;
}

describe('who has to agree', () => {
  it('approve: an upload that lowers it and changes tools at once is still asked about', async () => {
    const workspace = await applied();
    await workspace.upload({ approve: 'never', schema: AFTER });
    expect(workspace.state).toBe('awaiting-approval');
    expect(workspace.asked()).toEqual([OWNER]);
  });

  it('approve: a lower one holds for the uploads after the one that was applied with it', async () => {
    const workspace = await applied();
    await workspace.upload({ approve: 'never', schema: BEFORE });
    await workspace.upload({ approve: 'never', schema: AFTER });
    expect(workspace.state).toBe('ready');
    expect(workspace.asked()).toEqual([]);
  });

  it('approve: guardrails set the least, whatever the manifests say', async () => {
    const workspace = await applied({ approve: { least: 'breaking' } });
    await workspace.upload({ approve: 'never', schema: BEFORE });
    await workspace.upload({ approve: 'never', schema: AFTER });
    expect(workspace.state).toBe('awaiting-approval');
  });

  it('approve: a manifest may be stricter than the guardrails', async () => {
    const workspace = await applied({ approve: { least: 'breaking' } });
    await workspace.upload({ approve: 'always', schema: toolSchema(['find', 'refund', 'void']) });
    expect(workspace.state).toBe('awaiting-approval');
  });

  it('owners: an upload that changes tools does not choose who is asked about it', async () => {
    const workspace = await applied();
    await workspace.upload({ approve: 'breaking', schema: AFTER, owner: STRANGER, escalation: STRANGER });
    expect(workspace.asked()).toEqual([OWNER]);
    await system.advance(6 * 86_400_000);
    expect(new Set(workspace.asked())).toEqual(new Set([OWNER]));
  });

  it('owners: a new owner is asked once an upload was applied that changed no tools', async () => {
    const workspace = await applied();
    await workspace.upload({ approve: 'breaking', schema: BEFORE, owner: STRANGER });
    await workspace.upload({ approve: 'breaking', schema: AFTER, owner: STRANGER });
    expect(workspace.asked()).toEqual([STRANGER]);
  });

  it('owners: guardrails say who is asked about changes of tools', async () => {
    const workspace = await applied({ approve: { least: 'never', by: { email: 'reviewers@example.com' } } });
    await workspace.upload({ approve: 'breaking', schema: AFTER, owner: STRANGER, escalation: STRANGER });
    await system.advance(6 * 86_400_000);
    expect(new Set(workspace.asked())).toEqual(new Set(['reviewers@example.com']));
  });
});
