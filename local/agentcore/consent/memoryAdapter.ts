import type { Adapter, AdapterPayload } from 'oidc-provider';

/** Finds a client of the identity provider by its client id. */
export type ClientLookup = (clientId: string) => AdapterPayload | undefined;

/**
 * Storage of an identity provider that ends with the process: a person who is half-way through a login when the
 * emulator stops opens the link again. Clients are not stored but looked up, since credential providers come and go.
 */
export function createMemoryAdapter(findClient: ClientLookup): (model: string) => Adapter {
  const entries = new Map<string, AdapterPayload>();
  return (model) => {
    const keyOf = (id: string) => `${model}:${id}`;
    const search = (matches: (payload: AdapterPayload) => boolean) =>
      [...entries].find(([key, payload]) => key.startsWith(`${model}:`) && matches(payload))?.[1];
    return {
      upsert: async (id, payload) => {
        entries.set(keyOf(id), payload);
      },
      find: async (id) => (model === 'Client' ? findClient(id) : entries.get(keyOf(id))),
      findByUserCode: async (userCode) => search((payload) => payload.userCode === userCode),
      findByUid: async (uid) => search((payload) => payload.uid === uid),
      consume: async (id) => {
        const entry = entries.get(keyOf(id));
        if (entry) entry.consumed = true;
      },
      destroy: async (id) => {
        entries.delete(keyOf(id));
      },
      revokeByGrantId: async (grantId) => {
        for (const [key, { grantId: of }] of entries) if (of === grantId) entries.delete(key);
      },
    };
  };
}
