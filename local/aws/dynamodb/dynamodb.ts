import type { ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { type Clock, whileBusy } from '../../simulation/clock.ts';
import { AwsError } from '../http/awsError.ts';

/** The members of DynamoDB's `CreateTable`; billing is on demand unless said otherwise. */
export type TableDefinition = JsonObject & { readonly TableName: string };

export interface LocalDynamodb {
  readonly url: string;
  /** Makes a call of the API. @throws AwsError with the API's code */
  call(operation: string, request: JsonObject): Promise<JsonObject>;
  close(): Promise<void>;
}

/**
 * Starts DynamoDB on dynalite and creates the tables that are not there yet.
 * Dynalite has conditions on single items, and neither transactions nor expiry of items.
 *
 * @param directory where to keep the data; in memory when left out
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
  const openResponses = new OpenResponses();
  server.on('request', (request, response) => {
    openResponses.add(response);
    response.on('close', clock.busy());
    // Dynalite throws what goes wrong with a request, where nothing can catch it: a function that is ended in the
    // middle of a call would end the whole system. A request that nobody listens to for errors just ends.
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

/** Longer than dynalite needs for a page of a megabyte on a busy machine; real ms. */
const MAX_RESPONSE_MS = 2000;

/**
 * Answers that dynalite has begun and not ended. It goes on reading for a caller that has hung up, and where the
 * database closes under it, throws where nothing can catch it.
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

/** What was cut before it was a whole request, dynalite has not begun. */
function isOpen({ writableEnded, req }: ServerResponse): boolean {
  return !writableEnded && !(req.destroyed && !req.complete);
}

async function createTable(call: LocalDynamodb['call'], table: TableDefinition): Promise<void> {
  try {
    await call('CreateTable', { BillingMode: 'PAY_PER_REQUEST', ...table });
  } catch (error) {
    // The table is there from an earlier start.
    if (!(error instanceof AwsError && error.code === 'ResourceInUseException')) throw error;
  }
  for (;;) {
    const { Table: description } = await call('DescribeTable', { TableName: table.TableName });
    if (isJsonObject(description) && description.TableStatus === 'ACTIVE') return;
  }
}

/** Dynalite wants to see a signature and does not check it. */
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
