/** The timeout of one attempt. The notify function calls webhooks in parallel and has two minutes. */
const TIMEOUT_MS = 5000;
const MAX_ATTEMPTS = 3;

/** The part of the Fetch API that webhooks need. Tests replace it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The global `fetch`. Node loads its HTTP client on the first access, which takes 10 ms: the wrapper defers it. */
export const platformFetch: Fetch = (url, init) => fetch(url, init);

/**
 * Posts JSON. Makes up to three attempts when the receiver answers 429 or 5xx, or the network fails. Follows no
 * redirect, because a redirect could send a secret URL or a signed message to another host.
 *
 * @returns undefined on success; otherwise `status <code>`, the name of the last error, or `NotHttps`
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
    if (status !== undefined && status < 500 && status !== 429) return lastFailure;
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
    const { status } = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status };
  } catch (error) {
    return { failure: error instanceof Error ? error.name : 'Error' };
  }
}
