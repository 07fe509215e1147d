import { isOperator, maySee } from '../../core/authorization/workspaceReaders.ts';
import type { Contact, Owner } from '../../core/manifest/owners.ts';
import type { FleetReads, LedgerReads } from '../../core/ports/fleetReads.ts';
import { readDesiredDocument } from '../../core/storage/desiredDocument.ts';
import { readOutcome } from '../../core/storage/outcomeDocument.ts';
import type { ConsoleBindings, ConsolePorts } from './consolePorts.ts';

/** How long the owners of a workspace are remembered, in ms: a manifest that names others counts a minute later. */
const OWNERS_VALIDITY = 60_000;

type Request = Pick<ConsoleBindings, 'now' | 'visitor'>;

interface KnownOwners {
  readonly addresses: readonly string[];
  readonly readAt: number;
}

/** Decides which workspaces a visitor sees, and lets no other be read. */
export class VisibleReads {
  readonly #ports: ConsolePorts;
  readonly #owners = new Map<string, KnownOwners>();

  constructor(ports: ConsolePorts) {
    this.#ports = ports;
  }

  /** @returns the ports, whose list of workspaces has only those that the visitor sees */
  of(request: Request): FleetReads & { readonly ledger: LedgerReads } {
    const { reads } = this.#ports;
    const listWorkspaces = async () => {
      const workspaces = await reads.bucket.listWorkspaces();
      const shown = await Promise.all(workspaces.map((workspace) => this.isShown(workspace, request)));
      return workspaces.filter((_, index) => shown[index]);
    };
    // Whatever class the port is of: its methods need their own `this`.
    const { bucket } = reads;
    return {
      ...reads,
      now: () => request.now,
      bucket: {
        listWorkspaces,
        listFiles: (workspace) => bucket.listFiles(workspace),
        readFile: (workspace, file) => bucket.readFile(workspace, file),
        readDocument: (key) => bucket.readDocument(key),
        readApplied: (sha256) => bucket.readApplied(sha256),
      },
    };
  }

  async isShown(workspace: string, { visitor, now }: Request): Promise<boolean> {
    const { readers } = this.#ports.settings;
    if (readers === 'everybody') return true;
    if (!visitor) return false;
    if (isOperator(visitor, readers)) return true;
    // Owners are read only where they could make a difference.
    if (maySee(workspace, [], visitor, readers)) return true;
    if (visitor.email === undefined) return false;
    return maySee(workspace, await this.#ownersOf(workspace, now), visitor, readers);
  }

  async #ownersOf(workspace: string, now: number): Promise<readonly string[]> {
    const known = this.#owners.get(workspace);
    if (known && now - known.readAt < OWNERS_VALIDITY) return known.addresses;
    const addresses = await this.#readOwners(workspace);
    this.#owners.set(workspace, { addresses, readAt: now });
    return addresses;
  }

  /** The addresses that the manifest of the last pass names, as far as it could be read. */
  async #readOwners(workspace: string): Promise<readonly string[]> {
    const { bucket } = this.#ports.reads;
    const outcome = await readOutcome(workspace, bucket);
    if (!outcome || outcome.revision === '') return [];
    const document = await readDesiredDocument(workspace, outcome.revision, bucket);
    const owners: readonly (Owner | undefined)[] = [
      ...Object.values(document?.desired?.owners ?? {}),
      ...(document?.desired?.resources ?? []).map(({ owner }) => owner),
      ...Object.values(document?.refusal?.owners ?? {}),
    ];
    return [...new Set(owners.flatMap((owner) => (owner?.contacts ?? []).flatMap(emailOf)))];
  }
}

function emailOf(contact: Contact): readonly string[] {
  return contact.channel === 'email' ? [contact.address] : [];
}
