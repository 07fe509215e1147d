import { createHash, randomBytes } from 'node:crypto';
import {
  type IdentityProvider,
  startIdentityProvider,
} from '../../local/agentcore/consent/identityProvider.ts';

const CALLBACK = 'https://consent.example.com/oauth2/callback';

/** Starts the identity provider of a company, at which the proxy in front of the pages is registered. */
export function startCompanyIdentityProvider(): Promise<IdentityProvider> {
  return startIdentityProvider((clientId) => ({ clientId, callbackUrls: [CALLBACK] }));
}

/** Logs a person in at the provider, as a proxy does. @returns the id token */
export async function fetchIdToken(
  { issuer }: IdentityProvider,
  login: string,
  audience: string,
): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL('/auth', issuer);
  url.search = new URLSearchParams({
    client_id: audience,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid email',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const redirects = new RedirectClient();
  const page = await redirects.request(url.href);
  const callbackUrl = await redirects.request(await redirects.request(page, { login, decision: 'grant' }));
  const response = await fetch(new URL('/token', issuer), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: new URL(callbackUrl).searchParams.get('code') ?? '',
      redirect_uri: CALLBACK,
      client_id: audience,
      code_verifier: verifier,
    }),
  });
  const { id_token: token } = Object(await response.json());
  return String(token);
}

/** An HTTP client with cookies. It does not follow redirects, so that a caller sees each one. */
class RedirectClient {
  readonly #cookies = new Map<string, string>();

  /** @returns the URL of the next redirect */
  async request(url: string, form?: Record<string, string>): Promise<string> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...this.#cookies].map((pair) => pair.join('=')).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return new URL(response.headers.get('location') ?? '', url).href;
  }
}
