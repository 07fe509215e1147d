import { hashId } from '../hashId.ts';
import { type AuthorizationRequest, newRequest } from '../request.ts';
import type { RecordSubject } from '../requestSubject.ts';

export const NOW = Date.UTC(2026, 0, 1, 10);
export const ID = '0123456789abcdef0123456789abcdef';
export const REFERENCE = hashId(ID);

/** An open request for the authorization of the target `front/issues` in the workspace `payments`, made at `NOW`. */
export function sampleRequest(change: Partial<AuthorizationRequest> = {}): AuthorizationRequest {
  const request = newRequest({
    id: ID,
    workspace: 'payments',
    address: 'gatewayTarget/front/issues',
    subject: { kind: 'authorization', gateway: 'front', target: 'issues', scopes: [], reason: 'create' },
    settings: { remindAfter: [3600], escalateAfter: 7200, expireAfter: 10_800 },
    askedAt: NOW,
    fingerprint: 'f1',
    owner: { contacts: [{ channel: 'email', address: 'ada@example.com' }] },
    owners: { escalation: { contacts: [{ channel: 'email', address: 'bob@example.com' }] } },
  });
  return { ...request, ...change };
}

/** A record that waits for approval in a registry of the workspace. */
export const sampleRecordSubject: RecordSubject = {
  kind: 'record',
  registryId: 'registry-1',
  recordId: 'record-1',
  name: 'issues',
  descriptorType: 'MCP',
  facts: {},
  importedBy: [],
};
