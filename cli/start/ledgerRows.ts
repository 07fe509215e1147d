import { addressOf } from '../../core/address.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { type Row, rowOf } from '../display/resourceRow.ts';
import type { LinkOf } from './workspaceTable.ts';

/** Reads the ledger's resources as rows of the display. */
export class LedgerRows {
  readonly #ledger: Pick<Ledger, 'readResources'>;
  readonly #linkOfRequest: (id: string) => string;
  #links: ReadonlyMap<string, string> = new Map();

  constructor(ledger: Pick<Ledger, 'readResources'>, linkOfRequest: (id: string) => string) {
    this.#ledger = ledger;
    this.#linkOfRequest = linkOfRequest;
  }

  /** @returns the rows in the order of the workspaces, without absent resources */
  async read(workspaces: readonly string[]): Promise<Row[]> {
    const all = await Promise.all(workspaces.map((workspace) => this.#readWorkspace(workspace)));
    const rows = all.flat();
    this.#links = new Map(
      rows.flatMap(({ workspace, address, request }) =>
        request === undefined ? [] : [[`${workspace} ${address}`, this.#linkOfRequest(request)]],
      ),
    );
    return rows;
  }

  /** The link of the open request of a resource, as of the last `read`. */
  readonly linkOf: LinkOf = (workspace, { kind, name }) =>
    this.#links.get(`${workspace} ${addressOf(kind, name)}`);

  async #readWorkspace(workspace: string): Promise<Row[]> {
    const resources = await this.#ledger.readResources(workspace);
    return [...resources.values()]
      .map(({ record }) => rowOf(workspace, record))
      .filter(({ state, doing }) => state !== 'absent' || doing !== undefined);
  }
}
