import type { Table } from '../simulation/store.ts';
import { invalid } from './serviceError.ts';

export interface PageRequest {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface Page<T> {
  readonly items: T[];
  readonly nextToken?: string;
}

/**
 * One page of a table's entries under a prefix, in the order of their keys. The token holds the last key that was
 * answered, so entries that stay are answered once and only once, whatever is written in between.
 *
 * @throws ServiceError ValidationException for a token that this list never gave
 */
export function paginate<T>(
  table: Table<T>,
  { maxResults, nextToken }: PageRequest,
  {
    scope,
    prefix = '',
    pageSize,
    keep = () => true,
  }: { scope: string; prefix?: string; pageSize: number; keep?: (value: T) => boolean },
): Page<T> {
  const size = maxResults ?? pageSize;
  const items: T[] = [];
  let after = nextToken === undefined ? '' : readToken(nextToken, scope, prefix);
  for (;;) {
    // One entry more than asked for tells whether there is another page.
    const batch = table.list({ prefix, after, limit: size + 1 });
    for (const [key, value] of batch) {
      if (!keep(value)) {
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
    // Not a token of ours; refused below like one of another list.
  }
  throw invalid('The provided token is invalid. Use the nextToken of the previous page, unchanged.', {
    name: 'nextToken',
    message: 'is not a token that this operation gave',
  });
}
