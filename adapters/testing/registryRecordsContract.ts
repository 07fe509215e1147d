import { describe, expect, it } from 'vitest';
import type { RegistryRecords } from '../../core/ports/registryRecords.ts';

export type RecordStatus = 'DRAFT' | 'PENDING_APPROVAL' | 'APPROVED';

/** A registry without records. */
export interface OpenedRegistry {
  readonly records: RegistryRecords;
  readonly registryId: string;
  /** @returns the ids, in the order of the names */
  add(
    names: readonly string[],
    descriptorType: 'MCP' | 'CUSTOM',
    content: string,
    status: RecordStatus,
  ): Promise<string[]>;
  /** The next call is throttled. */
  throttle(method: 'get' | 'listApprovedServers' | 'updateStatus'): void;
}

/** What every reader of registries does. Each test opens one of its own. */
export function describeRegistryRecordsContract(name: string, open: () => Promise<OpenedRegistry>): void {
  describe(name, () => {
    it('lists the approved records that describe MCP servers, to the last page', async () => {
      const { registryId, records, add } = await open();
      const names = Array.from({ length: 101 }, (_, index) => `server-${index}`);
      const servers = await add(names, 'MCP', '{}', 'APPROVED');
      await add(['draft'], 'MCP', '{}', 'DRAFT');
      await add(['other'], 'CUSTOM', '{}', 'APPROVED');
      const listing = await records.listApprovedServers(registryId);
      if (listing.kind !== 'listed') throw new Error(listing.code);
      expect(listing.records.map(({ recordId }) => recordId).sort()).toEqual([...servers].sort());
      for (const { version, createdAt, updatedAt } of listing.records) {
        expect(version).not.toBe('');
        expect(updatedAt).toBeGreaterThan(createdAt);
      }
    });

    it('reads a record with its version, and replaces halves of characters', async () => {
      const { registryId, records, add } = await open();
      const [recordId = ''] = await add(['torn'], 'CUSTOM', 'half \ud800', 'DRAFT');
      expect(await records.get({ registryId, recordId })).toStrictEqual({
        registryId,
        recordId,
        name: 'torn',
        descriptorType: 'CUSTOM',
        descriptors: { custom: { inlineContent: 'half \ufffd' } },
        status: 'DRAFT',
        version: '1',
      });
    });

    it('knows no record that is not there, and refuses an id that the service never gives', async () => {
      const { registryId, records } = await open();
      expect(await records.get({ registryId, recordId: 'AbCdEf123456' })).toBeUndefined();
      expect(await records.get({ registryId: 'AbCdEf123456', recordId: 'AbCdEf123456' })).toBeUndefined();
      const refused = records.get({ registryId, recordId: 'no id' });
      await expect(refused).rejects.toMatchObject({ code: 'ValidationException', retryable: false });
    });

    it("says of a registry that is not there that it is unreadable, with the service's reason", async () => {
      const { records } = await open();
      const listing = await records.listApprovedServers('AbCdEf123456');
      expect(listing).toEqual({ kind: 'unreadable', code: 'ResourceNotFoundException', transient: false });
    });

    it.each(['APPROVED', 'REJECTED'] as const)('decides on a pending record: %s', async (status) => {
      const { registryId, records, add } = await open();
      const [recordId = ''] = await add(['server'], 'MCP', '{}', 'PENDING_APPROVAL');
      expect(await records.updateStatus({ registryId, recordId }, status, 'Ours.')).toEqual({
        kind: 'accepted',
      });
      expect(await records.get({ registryId, recordId })).toMatchObject({ status });
    });

    it('decides on no record that is not pending, and on none that is not there', async () => {
      const { registryId, records, add } = await open();
      const [recordId = ''] = await add(['server'], 'MCP', '{}', 'APPROVED');
      expect(await records.updateStatus({ registryId, recordId }, 'REJECTED', 'No.')).toMatchObject({
        kind: 'rejected',
        code: 'ConflictException',
        transient: false,
      });
      const unknown = { registryId, recordId: 'AbCdEf123456' };
      expect(await records.updateStatus(unknown, 'APPROVED', 'Yes.')).toMatchObject({
        kind: 'rejected',
        code: 'ResourceNotFoundException',
      });
    });

    it('gives throttling back as something to try again', async () => {
      const { registryId, records, throttle } = await open();
      const id = { registryId, recordId: 'AbCdEf123456' };
      throttle('get');
      await expect(records.get(id)).rejects.toMatchObject({ code: 'ThrottlingException', retryable: true });
      throttle('listApprovedServers');
      expect(await records.listApprovedServers(registryId)).toEqual({
        kind: 'unreadable',
        code: 'ThrottlingException',
        transient: true,
      });
      throttle('updateStatus');
      expect(await records.updateStatus(id, 'APPROVED', 'Yes.')).toMatchObject({
        kind: 'rejected',
        code: 'ThrottlingException',
        transient: true,
      });
    });
  });
}
