import type { Table } from '../simulation/table.ts';
import { invalid } from './serviceError.ts';

export interface PageRequest {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface Page<T> {
  readonly items: T[];
  readonly nextToken?: string;
}

export interface PageOptions<T> {
  /** The operation. Its tokens are valid for it alone. */
  readonly scope: string;
  /** The key prefix of the entries to list. */
  readonly prefix?: string;
  /** The number of items when the request names none. */
  readonly pageSize: number;
  readonly filter?: (value: T) => boolean;
}

/**
 * One page of a table's entries under a prefix, in key order. The token holds the last returned key, so a client that
 * reads all pages gets every entry that exists throughout exactly once, even if others are written between the pages.
 *
 * @throws ServiceError ValidationException for a token that this list did not return
 */
export function paginate<T>(
  table: Table<T>,
  { maxResults, nextToken }: PageRequest,
  { scope, prefix = '', pageSize, filter = () => true }: PageOptions<T>,
): Page<T> {
  const size = maxResults ?? pageSize;
  const items: T[] = [];
  let after = nextToken === undefined ? '' : readToken(nextToken, scope, prefix);
  for (;;) {
    // One entry beyond the page shows whether there is another page.
    const batch = table.list({ prefix, after, limit: size + 1 });
    for (const [key, value] of batch) {
      if (!filter(value)) {
        after = key;
        continue;
      }
      if (items.length === size) return { items, nextToken: writeToken(scope, after) };
      items.push(value);
      after = key;
    }
    if (batch.length <= size) return { items };
  }
}

function writeToken(scope: string, after: string): string {
  return Buffer.from(JSON.stringify([scope, after])).toString('base64url');
}

function readToken(token: string, scope: string, prefix: string): string {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (
      Array.isArray(parts) &&
      parts[0] === scope &&
      typeof parts[1] === 'string' &&
      parts[1].startsWith(prefix)
    ) {
      return parts[1];
    }
  } catch {
    // Not a token of this service; rejected below like a token of another list.
  }
  throw invalid('The provided token is invalid. Use the nextToken of the previous page, unchanged.', {
    name: 'nextToken',
    message: 'is not a token of this operation',
  });
}
