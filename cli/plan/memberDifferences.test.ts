import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { KNOWN_AFTER_APPLY, NOT_SHOWN } from '../../core/comparison/shownValues.ts';
import type { JsonObject } from '../../core/json.ts';
import { resourceKinds } from '../../core/resources/resourceKinds.ts';
import { liveDifferences } from './memberDifferences.ts';

const address = 'agentRuntime/search';

function differencesOf(config: JsonObject, live: JsonObject, before?: JsonObject) {
  return liveDifferences({
    row: resourceKinds.agentRuntime,
    config,
    live,
    record: { address, state: 'ready', reasons: [], since: 0 },
    catalog: resourceShapes,
    ...(before && { before }),
  });
}

describe('liveDifferences', () => {
  it('liveDifferences: shows a plain member with both values', () => {
    expect(differencesOf({ description: 'new' }, { description: 'old' })).toEqual([
      { path: 'description', from: 'old', to: 'new' },
    ]);
  });

  it('liveDifferences: does not show the value of a member that an earlier manifest took from a secret', () => {
    const before = { description: { secretsManager: 'shared/text' } };
    expect(differencesOf({ description: 'new' }, { description: 'old' }, before)).toEqual([
      { path: 'description', from: NOT_SHOWN, to: 'new', hidden: true },
    ]);
  });

  it('liveDifferences: does not show a text in the format of a credential', () => {
    const key = `AKIA${'A'.repeat(16)}`;
    expect(differencesOf({ description: 'new' }, { description: `see ${key}` })).toEqual([
      { path: 'description', from: NOT_SHOWN, to: 'new', hidden: true },
    ]);
  });

  it('liveDifferences: names a value that is known only later, without a value', () => {
    expect(differencesOf({ description: `of ${KNOWN_AFTER_APPLY}` }, { description: 'old' })).toEqual([
      { path: 'description', from: 'old', knownAfterApply: true },
    ]);
  });

  it('liveDifferences: says of a kind without an update why each member stays', () => {
    const found = liveDifferences({
      row: resourceKinds.codeInterpreter,
      config: { networkConfiguration: { networkMode: 'SANDBOX' } },
      live: { networkConfiguration: { networkMode: 'PUBLIC' }, description: 'old' },
      record: { address: 'codeInterpreter/runner', state: 'ready', reasons: [], since: 0 },
      catalog: resourceShapes,
    });
    const stays = expect.stringContaining('AWS has no operation that changes a code interpreter');
    expect(found).toMatchObject([
      { path: 'networkConfiguration.networkMode', from: 'PUBLIC', to: 'SANDBOX', stays },
      { path: 'description', from: 'old', stays },
    ]);
  });

  it('liveDifferences: says why a schema of metadata stays that a registry has and the manifest has no more', () => {
    const schema = JSON.stringify({ type: 'object', properties: { team: { type: 'string' } } });
    const found = liveDifferences({
      row: resourceKinds.registry,
      config: {},
      live: { customMetadataSchemaConfiguration: { defaultSchema: schema } },
      record: { address: 'registry/tools', state: 'ready', reasons: [], since: 0 },
      catalog: resourceShapes,
    });
    const stays = expect.stringContaining('in defaultSchema, the definition of the field "team"');
    expect(found).toMatchObject([{ path: 'customMetadataSchemaConfiguration.defaultSchema', stays }]);
  });

  it('liveDifferences: shows no value of a free key that no manifest says', () => {
    const name = fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/);
    const secret = fc.stringMatching(/^secret-[a-z]{12}$/);
    fc.assert(
      fc.property(fc.dictionary(name, secret), fc.dictionary(name, fc.constant('plain')), (live, wanted) => {
        const found = differencesOf({ environmentVariables: wanted }, { environmentVariables: live });
        expect(JSON.stringify(found)).not.toContain('secret-');
        const changed = Object.keys({ ...live, ...wanted }).filter((key) => live[key] !== wanted[key]);
        expect(found).toHaveLength(changed.length);
      }),
    );
  });
});
