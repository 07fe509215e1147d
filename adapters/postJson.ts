/** How long a webhook may take. Several are told side by side, in a function that has two minutes. */
const TIMEOUT_MS = 5000;
const MAX_ATTEMPTS = 3;

/** The network, as far as webhooks need it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The platform's own. Node loads its client when `fetch` is first looked at: 10 ms that only a delivery is to pay. */
export const platformFetch: Fetch = (url, init) => fetch(url, init);

/**
 * Posts JSON, at most three times where the other side has trouble of its own. Redirects are refused: a secret address
 * must not be handed on, nor a signed message be led elsewhere.
 *
 * @returns what went wrong: the status, or the error's name; undefined when it was taken
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
