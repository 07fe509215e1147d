import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { hashId } from './hashId.ts';

/** The service's own link for a person. It lives ten minutes; `url` and `userId` are for nobody but the browser and the service. */
export interface AuthorizationLink {
  readonly url: string;
  readonly userId: string;
  /** The session that the link belongs to, hashed. */
  readonly session: string;
}

/**
 * How long a link is good to be handed out, in ms: the documentation gives it ten minutes, and a person needs some of
 * the last one to log in.
 */
export const LINK_VALIDITY = 9 * 60_000;

/** Reads the link out of what Get or List say of a target. */
export function readAuthorizationLink(target: JsonObject): AuthorizationLink | undefined {
  const oauth2 = member(target.authorizationData, 'oauth2');
  const url = member(oauth2, 'authorizationUrl');
  const userId = member(oauth2, 'userId');
  if (typeof url !== 'string' || typeof userId !== 'string' || !URL.canParse(url)) return undefined;
  // The session that comes back was seen to equal the link's request_uri.
  return { url, userId, session: hashId(new URL(url).searchParams.get('request_uri') ?? url) };
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}
