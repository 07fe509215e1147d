import { describe, expect, it, onTestFinished } from 'vitest';
import { agentRuntimeContracts } from './agentRuntimes.ts';
import { apiKeyCredentialProviderContracts } from './apiKeyCredentialProviders.ts';
import { consentContracts } from './consents.ts';
import type { AcceptedRow, OperationContract, RejectedRow } from './contract.ts';
import { credentialProviderContracts } from './credentialProviders.ts';
import { gatewayContracts } from './gateways.ts';
import { gatewayTargetContracts } from './gatewayTargets.ts';
import { harnessContracts } from './harnesses.ts';
import { OPERATIONS } from './operations.ts';
import { registryContracts } from './registries.ts';
import { registryRecordContracts } from './registryRecords.ts';
import { onAws, openSubject, type Subject } from './subject.ts';
import { tagContracts } from './tags.ts';
import { workloadIdentityContracts } from './workloadIdentities.ts';

const contracts: readonly OperationContract[] = [
  ...gatewayContracts,
  ...gatewayTargetContracts,
  ...consentContracts,
  ...credentialProviderContracts,
  ...apiKeyCredentialProviderContracts,
  ...agentRuntimeContracts,
  ...harnessContracts,
  ...registryContracts,
  ...registryRecordContracts,
  ...workloadIdentityContracts,
  ...tagContracts,
];

/** Operations on AWS take minutes. */
const TIMEOUT_MS = onAws ? 600_000 : 30_000;

async function prepare(row: AcceptedRow | RejectedRow) {
  const subject = await openSubject(row.options);
  onTestFinished(() => subject.close());
  const fixture = (await row.setUp?.(subject)) ?? {};
  const input = typeof row.input === 'function' ? row.input(fixture, subject) : row.input;
  return { subject, fixture, input };
}

async function verifyAccepted(operation: string, row: AcceptedRow): Promise<void> {
  const { subject, fixture, input } = await prepare(row);
  const response = await subject.call(operation, input);
  if (row.expectedResponse) expect(response).toMatchObject(row.expectedResponse);
  await row.verify?.(subject, response, fixture);
}

async function verifyRejected(operation: string, { expectedError, ...row }: RejectedRow): Promise<void> {
  const { subject, input } = await prepare({ ...row, expectedError });
  const error: unknown = await subject.call(operation, input).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: expectedError.code });
  if (expectedError.message) expect(String(Object(error).message)).toMatch(expectedError.message);
  // The documentation does not say for every rule which fields AWS names. The emulator names all.
  if (expectedError.field !== undefined && !onAws) {
    expect(Object(error).fieldList).toContainEqual(expect.objectContaining({ name: expectedError.field }));
  }
}

const needsEmulator = (row: AcceptedRow | RejectedRow) => row.needsEmulator || row.options !== undefined;

for (const { operation, accepted, rejected } of contracts) {
  describe(operation, () => {
    for (const row of accepted) {
      it.skipIf(onAws && needsEmulator(row))(
        `accepts ${row.title}`,
        () => verifyAccepted(operation, row),
        TIMEOUT_MS,
      );
    }
    for (const row of rejected) {
      it.skipIf(onAws && needsEmulator(row))(
        `rejects ${row.title}`,
        () => verifyRejected(operation, row),
        TIMEOUT_MS,
      );
    }
  });
}

describe('contract', () => {
  it('has accepted and rejected requests for every operation', () => {
    const complete = contracts.filter(({ accepted, rejected }) => accepted.length > 0 && rejected.length > 0);
    expect(complete.map(({ operation }) => operation).sort()).toEqual([...OPERATIONS].sort());
  });

  it.skipIf(onAws)('covers exactly the emulated operations', async () => {
    const subject: Subject = await openSubject();
    onTestFinished(() => subject.close());
    const emulated = Object.keys(subject.emulator?.agentCore.service.operations ?? {});
    expect(emulated.sort()).toEqual([...OPERATIONS].sort());
  });
});
