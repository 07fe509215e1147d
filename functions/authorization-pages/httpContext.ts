import type { Identity } from '../../core/authorization/approver.ts';
import { hashId } from '../../core/authorization/hashId.ts';

/** Somebody's visit to a page, as far as the pages need to know. */
export interface HttpContext {
  /** In ms since the epoch, as the API says. */
  readonly now: number;
  /** What the cookie of this request holds; undefined for a browser that has none. */
  readonly cookie: string | undefined;
  /** Who it is, where a login stands in front of the pages. */
  readonly identity?: Identity;
}

/** Who did what, as it is noted; nobody where there is no login. */
export function actor({ identity }: HttpContext): { readonly actor?: string } {
  return identity ? { actor: identity.name } : {};
}

/** As attempts know a browser. */
export function browserHash({ cookie }: HttpContext): string | undefined {
  return cookie === undefined ? undefined : hashId(cookie);
}
