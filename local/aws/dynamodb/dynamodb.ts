import type { RequestListener, Server, ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { localOnly } from '../../localAccess.ts';
import { type Clock, whileBusy } from '../../simulation/clock.ts';
import { AwsError } from '../http/awsError.ts';

/** The members of DynamoDB's `CreateTable`; billing is on demand by default. */
export type TableDefinition = JsonObject & { readonly TableName: string };

export interface LocalDynamodb {
  readonly url: string;
  /** Makes a call of the API. @throws AwsError with the API's code */
  call(operation: string, request: JsonObject): Promise<JsonObject>;
  close(): Promise<void>;
}

/**
 * Starts DynamoDB on dynalite and creates missing tables.
 * Dynalite has conditions on single items, and neither transactions nor expiry of items.
 *
 * @param directory where to keep the data; in memory by default
 */
export async function startDynamodb({
  clock,
  directory,
  tables,
}: {
  clock: Clock;
  directory?: string;
  tables: readonly TableDefinition[];
}): Promise<LocalDynamodb> {
  const server = dynalite({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    ...(directory === undefined ? {} : { path: directory }),
  });
  restrictToLocal(server);
  const openResponses = new OpenResponses();
  server.on('request', (request, response) => {
    openResponses.add(response);
    response.on('close', clock.busy());
    // Dynalite throws the errors of a request where nothing can catch them: a function that is terminated during a
    // call would end the whole process. Without its listener, such a request just ends.
    request.removeAllListeners('error');
  });
  // SDK clients keep idle connections; a server that closes them first makes their next request fail.
  server.keepAliveTimeout = 10 * 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  const call = (operation: string, request: JsonObject) =>
    whileBusy(clock, () => post(url, operation, request));
  for (const table of tables) await createTable(call, table);
  return {
    url,
    call,
    close: async () => {
      await openResponses.untilAllEnded();
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      });
    },
  };
}

/** Dynalite has set its listener already. */
function restrictToLocal(server: Server): void {
  // Node's type of any listener; those of requests are called with a request and a response.
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  for (const listener of listeners) server.on('request', localOnly(listener));
}

/** Longer than dynalite needs for a page of a megabyte on a busy machine; real ms. */
const MAX_RESPONSE_MS = 2000;

/**
 * Responses that dynalite has started and not finished. Dynalite goes on reading for a caller that has disconnected,
 * and throws where nothing can catch it when the database closes meanwhile.
 */
class OpenResponses {
  #responses: ServerResponse[] = [];

  add(response: ServerResponse): void {
    this.#responses = this.#responses.filter(isOpen);
    this.#responses.push(response);
  }

  async untilAllEnded(): Promise<void> {
    const limit = performance.now() + MAX_RESPONSE_MS;
    while (this.#responses.some(isOpen) && performance.now() < limit)
      await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Dynalite does not start on a request that was cut off. */
function isOpen({ writableEnded, req }: ServerResponse): boolean {
  return !writableEnded && !(req.destroyed && !req.complete);
}

async function createTable(call: LocalDynamodb['call'], table: TableDefinition): Promise<void> {
  try {
    await call('CreateTable', { BillingMode: 'PAY_PER_REQUEST', ...table });
  } catch (error) {
    // The table exists from an earlier start.
    if (!(error instanceof AwsError && error.code === 'ResourceInUseException')) throw error;
  }
  for (;;) {
    const { Table: description } = await call('DescribeTable', { TableName: table.TableName });
    if (isJsonObject(description) && description.TableStatus === 'ACTIVE') return;
  }
}

/** Dynalite requires a signature and does not verify it. */
const SIGNATURE =
  'AWS4-HMAC-SHA256 Credential=embedded/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

async function post(url: string, operation: string, request: JsonObject): Promise<JsonObject> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '20260101T000000Z',
      authorization: SIGNATURE,
    },
    body: JSON.stringify(request),
  });
  const answer: unknown = await response.json();
  const body = isJsonObject(answer) ? answer : {};
  if (response.ok) return body;
  const code = String(body.__type ?? 'InternalServerError').replace(/^.*#/, '');
  throw new AwsError(code, String(body.message ?? body.Message ?? code), response.status);
}
