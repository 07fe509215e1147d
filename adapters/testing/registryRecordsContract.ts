import { describe, expect, it } from 'vitest';
import type { RegistryRecords } from '../../core/ports/registryRecords.ts';

export type RecordStatus = 'DRAFT' | 'PENDING_APPROVAL' | 'APPROVED';

/** The records of a registry that has none yet. */
export interface OpenedRegistry {
  readonly records: RegistryRecords;
  readonly registryId: string;
  /** Creates records. @returns their ids, in the order of the names */
  add(
    names: readonly string[],
    recordType: 'MCP' | 'CUSTOM',
    content: string,
    status: RecordStatus,
  ): Promise<string[]>;
  /** Makes the service throttle the next call. */
  throttle(method: 'get' | 'listServers' | 'updateStatus'): void;
}

/** The behavior of every `RegistryRecords`. `open` opens a registry without records for each test. */
export function describeRegistryRecordsContract(name: string, open: () => Promise<OpenedRegistry>): void {
  describe(name, () => {
    it('lists all pages of the records that describe MCP servers, with their statuses', async () => {
      const { registryId, records, add } = await open();
      const names = Array.from({ length: 101 }, (_, index) => `server-${index}`);
      const servers = await add(names, 'MCP', '{}', 'APPROVED');
      const drafts = await add(['draft'], 'MCP', '{}', 'DRAFT');
      await add(['other'], 'CUSTOM', '{}', 'APPROVED');
      const listing = await records.listServers(registryId);
      if (listing.kind !== 'listed') throw new Error(listing.code);
      const ids = (status: string) =>
        listing.records.filter((each) => each.status === status).map(({ recordId }) => recordId);
      expect(ids('APPROVED').sort()).toEqual([...servers].sort());
      expect(ids('DRAFT')).toEqual(drafts);
      expect(listing.records).toHaveLength(102);
      for (const { version, createdAt, updatedAt } of listing.records) {
        expect(version).not.toBe('');
        expect(updatedAt).toBeGreaterThanOrEqual(createdAt);
      }
    });

    it('lists the records that wait for approval, of any type', async () => {
      const { registryId, records, add } = await open();
      await add(['server'], 'MCP', '{}', 'APPROVED');
      await add(['draft'], 'MCP', '{}', 'DRAFT');
      const pending = await add(['waiting'], 'CUSTOM', '{}', 'PENDING_APPROVAL');
      const listing = await records.listPending(registryId);
      if (listing.kind !== 'listed') throw new Error(listing.code);
      expect(listing.records).toMatchObject([
        { recordId: pending[0], name: 'waiting', status: 'PENDING_APPROVAL', updatedAt: expect.any(Number) },
      ]);
      expect(await records.listPending('AbCdEf123456')).toMatchObject({ kind: 'unreadable' });
    });

    it('reads a record with its version, and replaces lone surrogates', async () => {
      const { registryId, records, add } = await open();
      const [recordId = ''] = await add(['torn'], 'CUSTOM', 'half \ud800', 'DRAFT');
      expect(await records.get({ registryId, recordId })).toStrictEqual({
        registryId,
        recordId,
        name: 'torn',
        recordType: 'CUSTOM',
        descriptors: { custom: { data: 'half \ufffd' } },
        status: 'DRAFT',
        version: '1',
        updatedAt: expect.any(Number),
      });
    });

    it('returns undefined for a missing record, and rejects an invalid id', async () => {
      const { registryId, records } = await open();
      expect(await records.get({ registryId, recordId: 'AbCdEf123456' })).toBeUndefined();
      expect(await records.get({ registryId: 'AbCdEf123456', recordId: 'AbCdEf123456' })).toBeUndefined();
      const refused = records.get({ registryId, recordId: 'no id' });
      await expect(refused).rejects.toMatchObject({ code: 'ValidationException', retryable: false });
    });

    it("reports a missing registry as unreadable, with the service's reason", async () => {
      const { records } = await open();
      const listing = await records.listServers('AbCdEf123456');
      expect(listing).toEqual({ kind: 'unreadable', code: 'ResourceNotFoundException', transient: false });
    });

    it.each(['APPROVED', 'REJECTED'] as const)('decides on a pending record: %s', async (status) => {
      const { registryId, records, add } = await open();
      const [recordId = ''] = await add(['server'], 'MCP', '{}', 'PENDING_APPROVAL');
      expect(await records.updateStatus({ registryId, recordId }, status, 'Reviewed.')).toEqual({
        kind: 'accepted',
      });
      expect(await records.get({ registryId, recordId })).toMatchObject({ status });
    });

    it('does not decide on a record that is not pending, or does not exist', async () => {
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

    it('reports throttling as transient', async () => {
      const { registryId, records, throttle } = await open();
      const id = { registryId, recordId: 'AbCdEf123456' };
      throttle('get');
      await expect(records.get(id)).rejects.toMatchObject({ code: 'ThrottlingException', retryable: true });
      throttle('listServers');
      expect(await records.listServers(registryId)).toEqual({
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
