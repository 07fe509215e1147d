import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Adapter, type AdapterPayload } from 'oidc-provider';
import { html } from '../../../functions/web/html.ts';
import { type AllowedHosts, localOnly } from '../../localAccess.ts';
import { page } from '../pages/layout.ts';

/** An OAuth client: the credential providers that share a client id. */
export interface IdentityClient {
  readonly clientId: string;
  readonly callbackUrls: string[];
}

/** A local OpenID provider that replaces every vendor's. It accepts any user name and asks for no password. */
export interface IdentityProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

/** A JWT authorizer of an HTTP API accepts the RSA algorithms only. */
const ALGORITHM = 'RS256';
/** Longer than any test: the emulator's link lifetime, in simulated time, is what ends a consent. */
const LONG_TTL_SECONDS = 24 * 3600;

/** Starts the provider on a free port of the loopback interface. Its keys are new with each start. */
export async function startIdentityProvider(
  findClient: (clientId: string) => IdentityClient | undefined,
  allowedHosts: AllowedHosts = [],
): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = createProvider(issuer, findClient);
  const callback = provider.callback();
  const listener: RequestListener = (request, response) => {
    if (request.url?.startsWith('/interaction/')) {
      handleInteraction(provider, request, response).catch((error) => sendError(response, error));
    } else callback(request, response);
  };
  server.on('request', localOnly(listener, allowedHosts));
  return { issuer, close: () => stop(server) };
}

function createProvider(issuer: string, findClient: (id: string) => IdentityClient | undefined): Provider {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return new Provider(issuer, {
    adapter: createMemoryAdapter((id) => clientMetadata(findClient(id))),
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: ALGORITHM }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    features: { devInteractions: { enabled: false } },
    // The provider would drop the vendor's scopes, which it does not know, before the page can show them.
    extraParams: ['requested_scopes'],
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    ttl: {
      AccessToken: LONG_TTL_SECONDS,
      AuthorizationCode: 600,
      Grant: LONG_TTL_SECONDS,
      Interaction: LONG_TTL_SECONDS,
      Session: LONG_TTL_SECONDS,
      IdToken: LONG_TTL_SECONDS,
    },
    // A user whose name is an email address has a verified email claim.
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...(id.includes('@') && { email: id, email_verified: true }) }),
    }),
  });
}

function clientMetadata(client: IdentityClient | undefined): AdapterPayload | undefined {
  return (
    client && {
      client_id: client.clientId,
      redirect_uris: client.callbackUrls,
      response_types: ['code'],
      grant_types: ['authorization_code'],
      // The emulator stores no client secrets and authenticates by PKCE alone.
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: ALGORITHM,
    }
  );
}

/**
 * Stores the provider's state in memory: a user whose login a restart interrupts opens the link again. The adapter looks
 * clients up instead of storing them, since credential providers can change at any time.
 */
function createMemoryAdapter(
  findClient: (clientId: string) => AdapterPayload | undefined,
): (model: string) => Adapter {
  const entries = new Map<string, AdapterPayload>();
  return (model) => {
    const keyOf = (id: string) => `${model}:${id}`;
    const search = (matches: (payload: AdapterPayload) => boolean) =>
      [...entries].find(([key, payload]) => key.startsWith(`${model}:`) && matches(payload))?.[1];
    return {
      upsert: async (id, payload) => {
        entries.set(keyOf(id), payload);
      },
      find: async (id) => (model === 'Client' ? findClient(id) : entries.get(keyOf(id))),
      findByUserCode: async (userCode) => search((payload) => payload.userCode === userCode),
      findByUid: async (uid) => search((payload) => payload.uid === uid),
      consume: async (id) => {
        const entry = entries.get(keyOf(id));
        if (entry) entry.consumed = true;
      },
      destroy: async (id) => {
        entries.delete(keyOf(id));
      },
      revokeByGrantId: async (grantId) => {
        for (const [key, { grantId: granted }] of entries) if (granted === grantId) entries.delete(key);
      },
    };
  };
}

/** Shows the login page, or completes the interaction with the submitted form. */
async function handleInteraction(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(loginPage(String(params.client_id), String(params.requested_scopes ?? params.scope ?? '')));
    return;
  }
  const form = new URLSearchParams(await readBody(request));
  if (form.get('decision') !== 'grant') {
    const denial = { error: 'access_denied', error_description: 'The user declined.' };
    await provider.interactionFinished(request, response, denial);
    return;
  }
  const accountId = form.get('login')?.trim() || 'user';
  const grant = new provider.Grant({ accountId, clientId: String(params.client_id) });
  grant.addOIDCScope(String(params.scope));
  const grantId = await grant.save();
  await provider.interactionFinished(request, response, { login: { accountId }, consent: { grantId } });
}

/** The provider's only page: login and consent in one form. */
function loginPage(clientId: string, scopes: string): string {
  const body = html`<h1>Local identity provider</h1>
<p>It stands for the provider’s own login page. Enter any name; there is no password.</p>
<dl>
<div><dt>Application</dt><dd><code>${clientId}</code></dd></div>
<div><dt>Asks for</dt><dd>${scopes === '' ? 'no scopes' : html`<code>${scopes}</code>`}</dd></div>
</dl>
<form method="post">
<label>Name <input name="login" value="ada" autocomplete="username"></label>
<div class="acts"><button name="decision" value="grant">Log in and allow</button><button class="quiet" name="decision" value="deny">Decline</button></div>
</form>`;
  return String(page('Log in', body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function sendError(response: ServerResponse, error: unknown): void {
  response.statusCode = 400;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(`The login failed: ${error instanceof Error ? error.message : error}. Open the link again.`);
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
