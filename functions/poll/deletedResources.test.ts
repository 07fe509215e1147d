import { expect, it } from 'vitest';
import { readDeletions } from '../../core/storage/deletionsDocument.ts';
import { saveToolList } from '../../core/storage/toolListDocuments.ts';
import { manifestWith, ReconcileFixture, WORKSPACE } from '../testing/reconcileFixture.ts';

const ISSUES = 'gatewayTarget/front/issues';
const MANIFEST = manifestWith({ settings: '{ prune: true, approve: breaking }' });

/** What the person is asked about after the target has left the manifest. */
async function deletionsOf(fixture: ReconcileFixture) {
  fixture.upload(manifestWith({ hasTarget: false }));
  const { requests } = await fixture.poll();
  const [request] = requests.filter(({ kind }) => kind === 'deletion');
  return readDeletions(WORKSPACE, request?.fingerprint ?? '', fixture.specBucket);
}

it('saveDeletedResources: says where a server lists the tools and nobody has seen the list', async () => {
  const fixture = new ReconcileFixture(MANIFEST);
  await fixture.reconcile();
  const unknown = 'Its MCP server lists them, and no schema names them.';
  expect(await deletionsOf(fixture)).toEqual([{ address: ISSUES, tools: [], unknown }]);
});

it('saveDeletedResources: names the tools that a server was seen to list, and says if there may be more', async () => {
  const fixture = new ReconcileFixture(MANIFEST);
  await fixture.reconcile();
  const digest = 'd'.repeat(64);
  await saveToolList(
    { workspace: WORKSPACE, address: ISSUES, digest },
    [{ name: 'search' }],
    fixture.specBucket,
  );
  fixture.changeRecord(ISSUES, {
    toolWatch: {
      synchronizedAt: 0,
      lists: { gateway: digest },
      readFrom: ['gateway'],
      obstacles: {},
      partial: 'policyEngine',
    },
  });
  expect((await deletionsOf(fixture))?.[0]).toEqual({
    address: ISSUES,
    tools: ['search'],
    unknown: 'There may be more: the gateway shows Gateloop a part of the list only.',
  });
});
