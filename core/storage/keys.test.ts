import { describe, expect, it } from 'vitest';
import { combinedRevision, uploadRevision } from './desiredDocument.ts';
import {
  appliedKey,
  approvedRecordKey,
  contractKey,
  contractPrefix,
  desiredKey,
  outcomeKey,
  prefixes,
  progressKey,
  registryRecordsKey,
  toolChangesKey,
  uploadPrefix,
} from './keys.ts';

describe('the keys of the spec bucket', () => {
  it.each([
    [appliedKey('abc'), 'applied/abc'],
    [uploadPrefix('payments'), 'workspaces/payments/'],
    [contractPrefix('payments'), 'desired/contracts/payments/'],
    [contractKey('payments', 'f'), 'desired/contracts/payments/f.json'],
    [
      toolChangesKey('payments', 'gatewayTarget/front/issues', 'f'),
      'desired/changes/payments/gatewayTarget/front/issues/f.json',
    ],
    [registryRecordsKey('payments', 'r1'), 'desired/registries/payments/r1.json'],
    [outcomeKey('payments'), 'outcomes/payments.json'],
    [progressKey('payments'), 'outcomes/progress/payments.json'],
    [approvedRecordKey({ registryId: 'r1', recordId: 'd1' }), 'outcomes/records/r1/d1.json'],
  ])('the key %s stands where other versions of Gateloop look for it', (key, expected) => {
    expect(key).toBe(expected);
  });

  it('desiredKey: names the version of the parser, below the prefix that expires', () => {
    expect(desiredKey('payments', 'r1')).toMatch(/^desired\/parsed\/payments\/r1\.\d+\.json$/);
    expect(desiredKey('payments', 'r1').startsWith(prefixes.parsed)).toBe(true);
  });

  it('uploadRevision: returns the revision of the upload alone', () => {
    expect(uploadRevision(combinedRevision('abc', 'def'))).toBe('abc');
    expect(uploadRevision('abc')).toBe('abc');
  });
});
