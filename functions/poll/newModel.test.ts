import { beforeEach, describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import type { Address } from '../../core/address.ts';
import type { ShapeCatalog, StructureShape } from '../../core/api/shapes.ts';
import type { JsonObject } from '../../core/json.ts';
import { manifestWith, ReconcileFixture } from '../testing/reconcileFixture.ts';

const ISSUES = 'gatewayTarget/front/issues';
const DESK = 'harness/desk';
const HOUR = 3_600_000;

/** The shapes of an older version, whose model has no such member anywhere. */
function without(...unknown: readonly string[]): ShapeCatalog {
  const reduced = (shape: StructureShape): StructureShape => ({
    ...shape,
    members: new Map(
      [...shape.members]
        .filter(([name]) => !unknown.includes(name))
        // The response of GetHarness has the resource in a member.
        .map(([name, member]) => [
          name,
          name === 'harness' && member.shape.type === 'structure'
            ? { ...member, shape: reduced(member.shape) }
            : member,
        ]),
    ),
  });
  return {
    shape: (name) => resourceShapes.shape(name),
    operation: (name) => {
      const operation = resourceShapes.operation(name);
      return (
        operation && { ...operation, input: reduced(operation.input), output: reduced(operation.output) }
      );
    },
  };
}

let fixture: ReconcileFixture;
const config = (address: Address): JsonObject => fixture.controlPlane.resource(address)?.config ?? {};
const updates = () => fixture.controlPlane.script.calls('update').length;

/** Another client, or the service, changes members of a resource. */
function change(address: Address, members: JsonObject): void {
  fixture.now += HOUR;
  fixture.controlPlane.put(address, { config: { ...config(address), ...members } });
}

/** The workspace as an older version left it, and the newer version that takes over. */
async function upgrade(manifest: string, address: Address, members: JsonObject): Promise<void> {
  fixture = new ReconcileFixture(manifest);
  fixture.catalog = without('description', 'environmentVariables');
  await fixture.reconcile();
  change(address, members);
  await fixture.reconcile();
  expect(fixture.record(address)).toMatchObject({ state: 'ready' });
  fixture.catalog = resourceShapes;
  change(address, {});
}

describe('poll: a member that the version which wrote a resource did not know', () => {
  beforeEach(() => upgrade(manifestWith(), ISSUES, { description: 'as old as the target' }));

  it('is told and never reverted, although selfHeal is on', async () => {
    for (let pass = 0; pass < 3; pass += 1) {
      expect(await fixture.reconcile()).toMatchObject({ next: 'settled', operations: [] });
      change(ISSUES, {});
    }
    expect(updates()).toBe(0);
    expect(fixture.record(ISSUES)).toMatchObject({
      state: 'drifted',
      drift: { toldOnly: true, differences: [{ path: 'description', change: 'added' }] },
      reasons: [expect.stringContaining('did not know these members')],
    });
    expect(config(ISSUES).description).toBe('as old as the target');
  });

  it('is not cleared by the update that reverts another change', async () => {
    const targetConfiguration = { mcp: { mcpServer: { endpoint: 'https://elsewhere.example.com/mcp' } } };
    change(ISSUES, { targetConfiguration });
    await fixture.reconcile();
    expect(updates()).toBe(0);
    expect(fixture.record(ISSUES)?.drift?.differences).toHaveLength(2);
  });

  it('is no failure of the update that a change of the manifest needs, although the service keeps it', async () => {
    await fixture.reconcile();
    fixture.upload(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    fixture.now += HOUR;
    await fixture.provision(await fixture.poll());
    // The service gives the member its default again.
    change(ISSUES, { description: 'as old as the target' });
    fixture.settle();
    await fixture.reconcile();
    expect(updates()).toBe(1);
    expect(fixture.record(ISSUES)).toMatchObject({ state: 'drifted', drift: { toldOnly: true } });
    expect(fixture.record(ISSUES)).not.toHaveProperty('retry');
  });

  it('is known from the next update on: a change of it is reverted then', async () => {
    await fixture.reconcile();
    fixture.upload(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    await fixture.reconcile();
    expect(fixture.record(ISSUES)?.state).toBe('ready');
    expect(updates()).toBe(1);
    change(ISSUES, { description: 'by hand' });
    await fixture.reconcile();
    expect(updates()).toBe(2);
    expect(config(ISSUES)).not.toHaveProperty('description');
  });
});

describe('poll: a resource without a member that is new to the version', () => {
  it('is known to that version as it is, so that what is added later is reverted', async () => {
    await upgrade(manifestWith(), ISSUES, {});
    await fixture.reconcile();
    change(ISSUES, { description: 'by hand' });
    await fixture.reconcile();
    expect(updates()).toBe(1);
    expect(config(ISSUES)).not.toHaveProperty('description');
    expect(fixture.record(ISSUES)?.state).toBe('ready');
  });
});

describe('provision: a PATCH after the model of the API has changed', () => {
  const desk = (member: string) =>
    manifestWith({
      more: `harnesses:\n  desk: { executionRoleArn: 'arn:aws:iam::123456789012:role/harness'${member} }\n`,
    });

  it('clears the members that left the manifest, and not those that the older version did not know', async () => {
    await upgrade(desk(', timeoutSeconds: 60'), DESK, { environmentVariables: { MODE: 'a' } });
    fixture.upload(desk(''));
    await fixture.reconcile();
    const [, , sent] = fixture.controlPlane.script.calls('update').at(-1)?.input ?? [];
    expect(sent).toHaveProperty('timeoutSeconds');
    expect(sent).not.toHaveProperty('environmentVariables');
    expect(config(DESK).environmentVariables).toEqual({ MODE: 'a' });
    expect(fixture.record(DESK)).toMatchObject({
      state: 'drifted',
      drift: { toldOnly: true, differences: [{ path: 'environmentVariables.MODE', change: 'added' }] },
    });
  });
});
