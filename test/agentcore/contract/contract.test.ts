import { describe, expect, it, onTestFinished } from 'vitest';
import { agentRuntimeContracts } from './agentRuntimes.ts';
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

const contracts: readonly OperationContract[] = [
  ...gatewayContracts,
  ...gatewayTargetContracts,
  ...consentContracts,
  ...credentialProviderContracts,
  ...agentRuntimeContracts,
  ...harnessContracts,
  ...registryContracts,
  ...registryRecordContracts,
  ...tagContracts,
];

/** Real operations take minutes. */
const TIMEOUT_MS = onAws ? 600_000 : 30_000;

async function prepare(row: AcceptedRow | RejectedRow) {
  const subject = await openSubject(row.options);
  onTestFinished(() => subject.close());
  const given = (await row.given?.(subject)) ?? {};
  const input = typeof row.input === 'function' ? row.input(given, subject) : row.input;
  return { subject, given, input };
}

async function verifyAccepted(operation: string, row: AcceptedRow): Promise<void> {
  const { subject, given, input } = await prepare(row);
  const answer = await subject.call(operation, input);
  if (row.answers) expect(answer).toMatchObject(row.answers);
  await row.afterwards?.(subject, answer, given);
}

async function verifyRejected(operation: string, { refusal, ...row }: RejectedRow): Promise<void> {
  const { subject, input } = await prepare({ ...row, refusal });
  const error: unknown = await subject.call(operation, input).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: refusal.error });
  if (refusal.message) expect(String(Object(error).message)).toMatch(refusal.message);
  // Which fields AWS names is not documented for every rule; the emulator names them all.
  if (refusal.field !== undefined && !onAws) {
    expect(Object(error).fieldList).toContainEqual(expect.objectContaining({ name: refusal.field }));
  }
}

const needsEmulator = (row: AcceptedRow | RejectedRow) => row.needsEmulator || row.options !== undefined;

for (const { operation, accepted, refused } of contracts) {
  describe(operation, () => {
    for (const row of accepted) {
      it.skipIf(onAws && needsEmulator(row))(
        `accepts ${row.title}`,
        () => verifyAccepted(operation, row),
        TIMEOUT_MS,
      );
    }
    for (const row of refused) {
      it.skipIf(onAws && needsEmulator(row))(
        `refuses ${row.title}`,
        () => verifyRejected(operation, row),
        TIMEOUT_MS,
      );
    }
  });
}

describe('the contract', () => {
  it('says of every operation what it accepts and what it refuses', () => {
    const complete = contracts.filter(({ accepted, refused }) => accepted.length > 0 && refused.length > 0);
    expect(complete.map(({ operation }) => operation).sort()).toEqual([...OPERATIONS].sort());
  });

  it.skipIf(onAws)('covers every operation that is emulated, and no other', async () => {
    const subject: Subject = await openSubject();
    onTestFinished(() => subject.close());
    const emulated = Object.keys(subject.emulator?.agentCore.service.operations ?? {});
    expect(emulated.sort()).toEqual([...OPERATIONS].sort());
  });
});
