import { createHash, randomBytes } from 'node:crypto';
import type { AllowedHosts } from '../../localAccess.ts';
import type { CredentialProviderRecord } from '../credentialProviders/credentialProviders.ts';
import type { Service } from '../service.ts';
import type { ConsentSession } from './consents.ts';
import { type IdentityClient, type IdentityProvider, startIdentityProvider } from './identityProvider.ts';

/** The next URL for the browser, or an error message for the user. */
export type FlowStep = { readonly redirect: URL } | { readonly message: string };

const LINK_EXPIRED =
  'This authorization link is unknown, used, or expired. Request a new one and open it within ten minutes.';

const CODE_REJECTED =
  'The identity provider rejected the authorization code. Open the authorization link again.';

/**
 * The OAuth authorization code flow in the user's browser: from the authorization link to the identity provider, back to
 * the credential provider's callback, and on to the target's return URL.
 */
export class ConsentFlow {
  readonly #service: Service;
  readonly #allowedHosts: AllowedHosts;
  /** Started with the first authorization: most runs need none. */
  #identityProvider: Promise<IdentityProvider> | undefined;

  constructor(service: Service, allowedHosts: AllowedHosts) {
    this.#service = service;
    this.#allowedHosts = allowedHosts;
  }

  /** Handles the request of a browser that opens the authorization link. */
  async authorize(requestUri: string): Promise<FlowStep> {
    const session = this.#findOpenSession(requestUri);
    const provider = session && this.#providerOf(session);
    if (!session || !provider) return { message: LINK_EXPIRED };
    const { issuer } = await this.#startIdentityProvider();
    const codeVerifier = randomBytes(32).toString('base64url');
    this.#service.consents.update(session, { codeVerifier });
    const url = new URL('/auth', issuer);
    const { scopes = [], customParameters = {} } = this.#service.consents.credentialsOf(session) ?? {};
    const parameters = {
      ...customParameters,
      client_id: provider.clientId,
      response_type: 'code',
      redirect_uri: this.#service.providers.callbackUrlOf(provider),
      scope: 'openid',
      requested_scopes: scopes.join(' '),
      state: requestUri,
      // Asks for the login each time: another user may have logged in before in the same browser.
      prompt: 'login consent',
      code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
    return { redirect: url };
  }

  /** Handles the redirect from the identity provider to the credential provider's callback. */
  async callback(callbackId: string, query: URLSearchParams): Promise<FlowStep> {
    const provider = this.#service.providers.byCallback(callbackId);
    const session = this.#findOpenSession(query.get('state') ?? '');
    if (!provider || !session) return { message: LINK_EXPIRED };
    const code = query.get('code');
    const decision = code === null ? 'deny' : 'grant';
    const accessToken = code === null ? undefined : await this.#exchangeCode(code, provider, session);
    if (code !== null && accessToken === undefined) return { message: CODE_REJECTED };
    return {
      redirect: this.#service.recordConsent(
        this.#service.consents.urlOf(session.requestUri),
        decision,
        accessToken,
      ),
    };
  }

  async close(): Promise<void> {
    await (await this.#identityProvider)?.close();
  }

  /** @returns the access token; undefined if the identity provider rejects the code */
  async #exchangeCode(
    code: string,
    provider: CredentialProviderRecord,
    session: ConsentSession,
  ): Promise<string | undefined> {
    const { issuer } = await this.#startIdentityProvider();
    const response = await fetch(new URL('/token', issuer), {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        client_id: provider.clientId,
        redirect_uri: this.#service.providers.callbackUrlOf(provider),
        code_verifier: session.codeVerifier ?? '',
      }),
    });
    const tokenResponse: unknown = await response.json();
    const { access_token: token } = Object(tokenResponse);
    return typeof token === 'string' ? token : undefined;
  }

  #findOpenSession(requestUri: string): ConsentSession | undefined {
    const session = this.#service.consents.get(requestUri);
    return session?.state === 'open' && !this.#service.consents.isExpired(session) ? session : undefined;
  }

  #providerOf(session: ConsentSession): CredentialProviderRecord | undefined {
    const arn = this.#service.consents.credentialsOf(session)?.providerArn;
    return arn === undefined ? undefined : this.#service.providers.byArn(arn);
  }

  #startIdentityProvider(): Promise<IdentityProvider> {
    this.#identityProvider ??= startIdentityProvider(
      (clientId) => this.#clientOf(clientId),
      this.#allowedHosts,
    );
    return this.#identityProvider;
  }

  #clientOf(clientId: string): IdentityClient | undefined {
    const callbackUrls = this.#service.providers
      .list()
      .filter((provider) => provider.clientId === clientId)
      .map((provider) => this.#service.providers.callbackUrlOf(provider));
    return callbackUrls.length === 0 ? undefined : { clientId, callbackUrls };
  }
}
