import { boundedFetch } from './boundedFetch.ts';
import { publicAddress, type Resolve } from './publicAddress.ts';

/** The timeout of one attempt. The notify function calls webhooks in parallel and has two minutes. */
const TIMEOUT_MS = 5000;
const MAX_ATTEMPTS = 3;

/** The part of the Fetch API that webhooks need. Tests replace it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The receiver's answer is not read. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * A `fetch` that connects to public addresses only. A team that may upload a workspace chooses the URL of a webhook, and its
 * name may lead to Lambda's own runtime API, to a link-local or a private address, when it is called.
 *
 * @throws GateloopError `AddressNotPublic`
 */
export function publicFetch(resolve?: Resolve): Fetch {
  return (url, init) => {
    const fetch = boundedFetch({
      maxBytes: MAX_ANSWER_BYTES,
      signal: init.signal ?? AbortSignal.timeout(TIMEOUT_MS),
      onTooLarge: () => {},
      route: async (target) => ({ url: target, address: await publicAddress(target.hostname, resolve) }),
      authorize: async ({ headers }) => headers,
    });
    return fetch(url, init);
  };
}

/**
 * Posts JSON. Makes up to three attempts when the receiver answers 429 or 5xx, or the network fails. Follows no
 * redirect, because a redirect could send a secret URL or a signed message to another host.
 *
 * @returns undefined on success; otherwise `status <code>`, the name of the last error, such as
 *   `AddressNotPublic`, or `NotHttps`
 */
export async function postJson(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  fetch: Fetch,
): Promise<string | undefined> {
  if (!url.startsWith('https://')) return 'NotHttps';
  let lastFailure: string | undefined;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const { status, failure } = await postOnce(url, body, headers, fetch);
    if (status !== undefined && status < 300) return undefined;
    lastFailure = failure ?? `status ${status}`;
    const isFinal = status === undefined ? failure === 'AddressNotPublic' : status < 500 && status !== 429;
    if (isFinal) return lastFailure;
  }
  return lastFailure;
}

async function postOnce(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  fetch: Fetch,
): Promise<{ status?: number; failure?: string }> {
  try {
    const { status, body: answer } = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // The connection would stay open until the timeout.
    await answer?.cancel();
    return { status };
  } catch (error) {
    return { failure: error instanceof Error ? error.name : 'Error' };
  }
}
