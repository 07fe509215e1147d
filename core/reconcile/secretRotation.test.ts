import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { maxAttempts } from './limits.ts';
import { secretNamesIn } from './secretRotation.ts';
import { decideResource, type ResourceSituation } from './testing/decideResource.ts';
import { appliedRecord, gateway, NOW, observedAs } from './testing/inputs.ts';

const KEY = 'payments/key';
const bearing: DesiredResource = gateway('orders', { exceptionLevel: { secretsManager: KEY } });

const decideWith = (
  record: Partial<ResourceRecord>,
  versions: Readonly<Record<string, string>> | undefined,
  situation: ResourceSituation = {},
) =>
  decideResource(bearing, {
    observed: observedAs(bearing, 'READY'),
    record: appliedRecord(bearing, record),
    ...(versions && { secretVersions: new Map(Object.entries(versions)) }),
    ...situation,
  });

describe('a rotated secret', () => {
  it('is sent again as an update, and the owner learns why', () => {
    const { operation, report } = decideWith({ secrets: { sent: { [KEY]: 'v1' } } }, { [KEY]: 'v2' });
    expect(operation).toBe('update');
    expect(report).toMatchObject({ state: 'in-progress', reasons: ['Its secret payments/key was rotated.'] });
  });

  it('is still sent by a later poll, which does not read the versions', () => {
    const { record } = decideWith({ secrets: { sent: { [KEY]: 'v1' } } }, { [KEY]: 'v2' });
    expect(record?.secrets).toEqual({ sent: { [KEY]: 'v1' }, current: { [KEY]: 'v2' } });
    expect(decideWith({ secrets: record?.secrets ?? { sent: {} } }, undefined).operation).toBe('update');
  });

  it('changes nothing where the version is the one that was sent', () => {
    const { operation, result } = decideWith({ secrets: { sent: { [KEY]: 'v1' } } }, { [KEY]: 'v1' });
    expect(operation).toBeUndefined();
    expect(result.upserts).toEqual([]);
  });

  it('is sent where no version is known, as after the ledger was lost', () => {
    const { operation, report } = decideWith({}, { [KEY]: 'v1' });
    expect(operation).toBe('update');
    expect(report?.reasons.join()).toContain('Which version of its secret payments/key');
  });

  it('changes nothing while the version cannot be read', () => {
    expect(decideWith({ secrets: { sent: { [KEY]: 'v1' } } }, {}).operation).toBeUndefined();
    expect(decideWith({}, {}).operation).toBeUndefined();
  });

  it('is tried again although earlier attempts failed, but the same version is not', () => {
    const retry = {
      fingerprint: appliedRecord(bearing).applied?.fingerprint ?? '',
      count: maxAttempts,
      firstAt: NOW,
      nextAt: NOW,
      deferrals: 0,
      reasons: ['Bad key.'],
    };
    const secrets = { sent: { [KEY]: 'v1' }, current: { [KEY]: 'v2' } };
    expect(decideWith({ secrets, retry }, { [KEY]: 'v2' }).report?.state).toBe('failed');
    expect(decideWith({ secrets, retry }, { [KEY]: 'v3' }).operation).toBe('update');
    const failed = { observed: observedAs(bearing, 'FAILED', { config: {} }) };
    expect(decideWith({ secrets, retry }, { [KEY]: 'v2' }, failed).operation).toBeUndefined();
    expect(decideWith({ secrets, retry }, { [KEY]: 'v3' }, failed).operation).toBeDefined();
  });
});

it('secretNamesIn: finds each name once, at any depth', () => {
  const secret = { secretsManager: KEY };
  const config = {
    a: secret,
    b: [{ c: secret }, { d: { secretsManager: 'shared/x' } }],
    secretsManager: 'text',
  };
  expect(secretNamesIn(config)).toEqual([KEY, 'shared/x']);
});
