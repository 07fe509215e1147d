import { isJsonObject, type JsonValue } from '../json.ts';

/** Stands for what gives access, or names a person. */
const LINK = '[link]';
const TOKEN = '[token]';
const ADDRESS = '[address]';

/** Members whose values give access, or name a person, whatever they hold; compared without case. */
const MEMBERS: Readonly<Record<string, string>> = {
  tasktoken: TOKEN,
  token: TOKEN,
  accesstoken: TOKEN,
  clientsecret: TOKEN,
  userid: ADDRESS,
  useridentifier: ADDRESS,
  authorizationurl: LINK,
  sessionuri: LINK,
};

/** The ids of requests: 128 bits in hex. A hash of the same form, such as an ETag, is hidden with them. */
const REQUEST_ID = /(?<![0-9a-f-])[0-9a-f]{32}(?![0-9a-f-])/g;
/** Links with a query may hold a session, a code or a token in it. */
const LINK_WITH_QUERY = /https?:\/\/[^\s"'<>?#]+[?#][^\s"'<>]*/g;
const REQUEST_LINK = /https?:\/\/[^\s"'<>]*\/authorizations\/[^\s"'<>]*/g;
const E_MAIL = /[^\s@<>,;:"'/\\()[\]]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g;
/** AWS's session URIs, which name a login at the provider. */
const SESSION_URI = /urn:ietf:params:oauth:request_uri:[^\s"'&]+/g;

/** Takes out of a text the links to requests, links with a query, ids of requests, and e-mail addresses. */
export function redactAccess(text: string): string {
  return text
    .replaceAll(REQUEST_LINK, LINK)
    .replaceAll(LINK_WITH_QUERY, LINK)
    .replaceAll(SESSION_URI, LINK)
    .replaceAll(REQUEST_ID, LINK)
    .replaceAll(E_MAIL, ADDRESS);
}

/**
 * The same for every text of a JSON value, for what operators see of the executions: of a member that is named as a token, a
 * user id or a link, nothing stays. JSON in a text, such as the cause of a failure, is read as well.
 */
export function withoutAccess(value: JsonValue): JsonValue {
  if (typeof value === 'string') return redactedText(value);
  if (Array.isArray(value)) return value.map((item: JsonValue) => withoutAccess(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      redactAccess(name),
      MEMBERS[name.toLowerCase()] ?? withoutAccess(member),
    ]),
  );
}

function redactedText(text: string): string {
  if (!/^\s*[[{]/.test(text)) return redactAccess(text);
  try {
    return JSON.stringify(withoutAccess(JSON.parse(text)));
  } catch {
    return redactAccess(text);
  }
}
