import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type AdapterPayload } from 'oidc-provider';
import { loginPage } from './loginPage.ts';
import { createMemoryAdapter } from './memoryAdapter.ts';

/** A client that may send people here: the credential providers that go by one client id. */
export interface IdentityClient {
  readonly clientId: string;
  readonly callbackUrls: string[];
}

/** An OpenID provider on this machine that stands in for every vendor: anyone may log in under any name. */
export interface IdentityProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

/** The one that everything understands: an HTTP API's JWT authorizer takes no other family. */
const ALGORITHM = 'RS256';
/** Seconds. Longer than any test; the emulator's own link lifetime is what ends a consent. */
const LONG_TTL_SECONDS = 24 * 3600;

/** Starts the provider on a free port of the loopback interface. Keys live as long as the process. */
export async function startIdentityProvider(
  findClient: (clientId: string) => IdentityClient | undefined,
): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = createProvider(issuer, findClient);
  const callback = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/')) {
      handleInteraction(provider, request, response).catch((error) => sendError(response, error));
    } else callback(request, response);
  });
  return { issuer, close: () => stop(server) };
}

function createProvider(issuer: string, findClient: (id: string) => IdentityClient | undefined): Provider {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return new Provider(issuer, {
    adapter: createMemoryAdapter((id) => clientMetadata(findClient(id))),
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: ALGORITHM }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    features: { devInteractions: { enabled: false } },
    // Scopes of the vendor's own mean nothing to this provider, which would drop them before the page shows them.
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
    // Who logs in under an address has one.
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
      // The emulator keeps no client secrets, so it proves itself by PKCE alone.
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: ALGORITHM,
    }
  );
}

/** Shows the page, or ends the interaction with what the person decided on it. */
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
    const denial = { error: 'access_denied', error_description: 'The person declined.' };
    await provider.interactionFinished(request, response, denial);
    return;
  }
  const accountId = form.get('login')?.trim() || 'someone';
  const grant = new provider.Grant({ accountId, clientId: String(params.client_id) });
  grant.addOIDCScope(String(params.scope));
  const grantId = await grant.save();
  await provider.interactionFinished(request, response, { login: { accountId }, consent: { grantId } });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function sendError(response: ServerResponse, error: unknown): void {
  response.statusCode = 400;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(
    `This login cannot go on: ${error instanceof Error ? error.message : error}. Open the link again.`,
  );
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
