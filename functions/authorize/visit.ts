import { referenceOf } from '../../core/authorization/reference.ts';
import type { Visitor } from '../../core/authorization/visitor.ts';

/** Somebody's visit to a page, as far as the pages need to know. */
export interface Visit {
  /** In ms since the epoch, as the API says. */
  readonly now: number;
  /** What the cookie of this request holds; undefined for a browser that has none. */
  readonly cookie: string | undefined;
  /** Who it is, where a login stands in front of the pages. */
  readonly visitor?: Visitor;
}

/** Who did what, as it is noted; nobody where there is no login. */
export function byOf({ visitor }: Visit): { readonly by?: string } {
  return visitor ? { by: visitor.name } : {};
}

/** As attempts know a browser. */
export function browserOf({ cookie }: Visit): string | undefined {
  return cookie === undefined ? undefined : referenceOf(cookie);
}
