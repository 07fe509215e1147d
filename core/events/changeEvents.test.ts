import { describe, expect, it } from 'vitest';
import type { Address } from '../address.ts';
import type { JsonObject } from '../json.ts';
import type { ResourceRecord } from '../reconcile/ledgerRecord.ts';
import { appliedRecord, gateway, NOW, target } from '../reconcile/testing/inputs.ts';
import { changesOf, topLevelKinds } from '../resources/resourceKinds.ts';
import {
  AGENTCORE_EVENT_SOURCE,
  readChange,
  SECRETS_EVENT_SOURCE,
  subjectsOfNewVersions,
  subjectsOfWorkspace,
} from './changeEvents.ts';

const RUNTIME = 'arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/harness_desk-AB12CD34EF';

const change = (eventName: string, detail: JsonObject) =>
  readChange({ eventSource: AGENTCORE_EVENT_SOURCE, eventName, ...detail });
const rotation = (eventName: string, detail: JsonObject) =>
  readChange({ eventSource: SECRETS_EVENT_SOURCE, eventName, ...detail });
const arn = (path: string) => `arn:aws:bedrock-agentcore:us-east-1:123456789012:${path}`;

describe('readChange', () => {
  it('readChange: ignores a name that is longer than any secret has, and than the ledger has keys', () => {
    expect(rotation('PutSecretValue', { requestParameters: { secretId: 's'.repeat(512) } })).toBeDefined();
    expect(rotation('PutSecretValue', { requestParameters: { secretId: 's'.repeat(5000) } })).toBeUndefined();
  });

  it('readChange: ignores a mapping in place of a name, also one with a member that JavaScript calls', () => {
    const odd = { toString: 'a' };
    expect(readChange({ eventSource: AGENTCORE_EVENT_SOURCE, eventName: odd })).toBeUndefined();
    expect(change('TagResource', { requestParameters: { resourceArn: odd } })).toBeUndefined();
    expect(
      change('UpdateGateway', { resources: [{ ARN: odd }], responseElements: { gatewayArn: odd } }),
    ).toBeUndefined();
  });

  it.each(topLevelKinds.map((row) => [row.kind, row] as const))(
    'readChange: names the %s that an update or a deletion is about',
    (kind, row) => {
      const { operations, idRequestMember } = row;
      for (const call of changesOf(row).filter((name) => name !== operations.create))
        expect(
          change(call, { requestParameters: { [idRequestMember]: 'x-AB12CD34EF' } })?.subjects,
        ).toContain(`${kind}/x-AB12CD34EF`);
    },
  );

  it('readChange: names the gateway where a target was created, changed, deleted or synchronized', () => {
    for (const call of ['Create', 'Update', 'Delete'].map((verb) => `${verb}GatewayTarget`))
      expect(change(call, { requestParameters: { gatewayIdentifier: 'g-1', targetId: 'T' } })).toEqual({
        subjects: ['gateway/g-1'],
        check: 'dependencies',
      });
    expect(change('SynchronizeGatewayTargets', { requestParameters: { gatewayIdentifier: 'g-1' } })).toEqual({
      subjects: ['gateway/g-1'],
      check: 'dependencies',
    });
  });

  it('readChange: takes the id of a created resource from the response, inside the harness for a harness', () => {
    expect(change('CreateGateway', { responseElements: { gatewayId: 'g-1' } })?.subjects).toEqual([
      'gateway/g-1',
    ]);
    expect(change('CreateHarness', { responseElements: { harness: { harnessId: 'desk-1' } } })).toEqual({
      subjects: ['harness/desk-1', 'harnessName/desk'],
      check: 'dependencies',
    });
  });

  it('readChange: names a record by its id, whether the call gives that or the ARN', () => {
    const record = 'arn:aws:agent-registry:us-east-1:123456789012:registry/Registry0001/record/Record000001';
    const named = { subjects: ['registryRecord/Record000001'] };
    for (const call of [
      'UpdateRegistryRecord',
      'SubmitRegistryRecordForApproval',
      'UpdateRegistryRecordStatus',
    ])
      for (const recordId of [record, 'Record000001'])
        expect(change(call, { requestParameters: { registryId: 'Registry0001', recordId } })).toEqual(named);
    expect(change('TagResource', { requestParameters: { resourceArn: record } })).toEqual({
      ...named,
      check: 'tags',
    });
  });

  it('readChange: takes the resource from the ARNs of the event where CloudTrail leaves the parameters out', () => {
    const resources = [{ ARN: arn('runtime/search-AB12CD34EF'), accountId: '123456789012' }];
    expect(change('UpdateAgentRuntime', { requestParameters: null, resources })).toEqual({
      subjects: ['agentRuntime/search-AB12CD34EF'],
      check: 'dependencies',
    });
  });

  it.each([
    [arn('gateway/g-1'), 'gateway/g-1'],
    [arn('runtime/search-1'), 'agentRuntime/search-1'],
    [arn('registry/r1'), 'registry/r1'],
    [arn('token-vault/default/apikeycredentialprovider/key'), 'apiKeyCredentialProvider/key'],
    [arn('token-vault/default/oauth2credentialprovider/github'), 'oauth2CredentialProvider/github'],
  ])('readChange: has tags read again for %s', (resourceArn, subject) => {
    for (const call of ['TagResource', 'UntagResource'])
      expect(change(call, { requestParameters: { resourceArn } })).toEqual({
        subjects: [subject],
        check: 'tags',
      });
  });

  it('readChange: is undefined for calls and resources that no manifest has', () => {
    expect(
      change('CreatePaymentConnector', { responseElements: { paymentConnectorId: 'm' } }),
    ).toBeUndefined();
    expect(
      change('TagResource', { requestParameters: { resourceArn: arn('batch-evaluation/m') } }),
    ).toBeUndefined();
    expect(change('UpdateGateway', {})).toBeUndefined();
    expect(readChange({})).toBeUndefined();
  });

  it('readChange: names a secret by its name, and by both readings of an ARN', () => {
    expect(rotation('UpdateSecret', { requestParameters: { secretId: 'payments/key' } })?.subjects).toEqual([
      'secret/payments/key',
    ]);
    expect(rotation('CreateSecret', { requestParameters: { name: 'payments/key' } })?.subjects).toEqual([
      'secret/payments/key',
    ]);
    const secretId = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:payments/key-a1B2c3';
    expect(rotation('PutSecretValue', { requestParameters: { secretId } })?.subjects).toEqual([
      'secret/payments/key-a1B2c3',
      'secret/payments/key',
    ]);
  });
});

describe('subjectsOfWorkspace', () => {
  const desired = (config: JsonObject) => ({
    ...{ workspace: 'payments', revision: 'r' },
    resources: [{ ...target('payments/tools'), config }],
  });
  const subjects = (config: JsonObject, ids: Readonly<Record<string, string | undefined>> = {}) =>
    subjectsOfWorkspace(
      desired(config) as unknown as Parameters<typeof subjectsOfWorkspace>[0],
      new Map(
        Object.entries(ids).map(([address, id]) => [
          address,
          { address: address as 'gateway/x', state: 'ready', reasons: [], since: NOW, ...(id && { id }) },
        ]),
      ),
    );

  it('subjectsOfWorkspace: has the ids of resources, without targets and without what was deleted', () => {
    const ids = {
      [gateway('front').address]: 'front-1',
      'gatewayTarget/front/tools': 'T',
      'agentRuntime/gone': undefined,
    };
    expect(subjects({}, ids)).toEqual(['gateway/front-1']);
  });

  it('subjectsOfWorkspace: has the secrets that configurations name, and the runtime behind an endpoint', () => {
    const endpoint = `https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/${encodeURIComponent(RUNTIME)}/invocations`;
    const config = {
      targetConfiguration: { mcp: { mcpServer: { endpoint } } },
      keys: [{ secretsManager: 'shared/key' }],
    };
    expect(subjects(config)).toEqual([
      'agentRuntime/harness_desk-AB12CD34EF',
      'harnessName/desk',
      'secret/shared/key',
    ]);
  });

  it('subjectsOfWorkspace: names what readChange names', () => {
    const named =
      change('UpdateHarness', { requestParameters: { harnessId: 'desk-ZZ12CD34EF' } })?.subjects ?? [];
    const endpoint = `https://x/runtimes/${encodeURIComponent(RUNTIME)}`;
    const found = subjects({ targetConfiguration: { mcp: { mcpServer: { endpoint } } } });
    expect(found.some((subject) => named.includes(subject))).toBe(true);
  });
});

describe('subjectsOfNewVersions', () => {
  const settled = (address: Address, id: string, updatedAt: number): ResourceRecord => ({
    ...appliedRecord(gateway('front')),
    address,
    id,
    applied: { fingerprint: 'f', updatedAt },
  });
  const harness = settled('harness/desk', 'desk-AB12CD34EF', NOW);

  it.each<[string, ResourceRecord | undefined, ResourceRecord, string[]]>([
    [
      'a harness that was updated, by which targets find its runtime',
      settled('harness/desk', 'desk-AB12CD34EF', NOW - 1),
      harness,
      ['harness/desk-AB12CD34EF', 'harnessName/desk'],
    ],
    [
      'a runtime whose update has ended',
      { ...settled('agentRuntime/a', 'a-AB12CD34EF', NOW), state: 'in-progress' },
      settled('agentRuntime/a', 'a-AB12CD34EF', NOW),
      ['agentRuntime/a-AB12CD34EF'],
    ],
    ['no runtime that is still updated', undefined, { ...harness, state: 'in-progress' }, []],
    ['no runtime as it was before', harness, { ...harness, reasons: ['other'] }, []],
    [
      'a gateway, which records may be read from',
      undefined,
      settled('gateway/a', 'a-1', NOW),
      ['gateway/a-1'],
    ],
    ['no target whose gateway is not known', undefined, settled('gatewayTarget/a/b', 'T', NOW), []],
    ['no provider', undefined, settled('oauth2CredentialProvider/a', 'a', NOW), []],
  ])('subjectsOfNewVersions: names %s', (_, before, after, expected) => {
    const known = new Map(before ? [[before.address, before]] : []);
    expect(subjectsOfNewVersions(known, [after])).toEqual(expected);
  });

  it('subjectsOfNewVersions: names the gateway of changed targets once', () => {
    const front = settled('gateway/front', 'front-1', NOW);
    const targets = (['gatewayTarget/front/a', 'gatewayTarget/front/b'] as const).map((address) =>
      settled(address, 'T', NOW),
    );
    expect(subjectsOfNewVersions(new Map([[front.address, front]]), targets)).toEqual(['gateway/front-1']);
  });
});
