import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Login } from '../../../infra/deployment.ts';
import type { Clock } from '../../simulation/clock.ts';

/** The claims of a token that was verified, as the HTTP API passes them on: each as a string. */
export type Claims = Readonly<Record<string, string>>;

/** All that HTTP APIs take. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];
/** The clocks of two machines differ slightly. */
const TOLERANCE_SECONDS = 60;

/** The HTTP API's JWT authorizer: it rejects requests without a valid token of the provider. */
export class JwtAuthorizer {
  readonly #login: Login;
  readonly #clock: Clock;
  #keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;

  constructor(login: Login, clock: Clock) {
    this.#login = login;
    this.#clock = clock;
  }

  /** @returns the verified claims, or undefined for a request that must be answered with 401 */
  async claimsOf({ headers }: Request): Promise<Claims | undefined> {
    const { issuer, audience, identitySource } = this.#login;
    const [, token] = /^(?:Bearer )?(\S+)$/i.exec(headers.get(nameOf(identitySource)) ?? '') ?? [];
    if (token === undefined) return undefined;
    this.#keys ??= keysOf(issuer);
    try {
      const { payload } = await jwtVerify(token, await this.#keys, {
        issuer,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp'],
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: new Date(this.#clock.now()),
      });
      return isFor(payload, audience) ? textsOf(payload) : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}

function nameOf(identitySource: string): string {
  return identitySource.replace('$request.header.', '');
}

/** Access tokens of some providers have no audience; then the client id counts. */
function isFor({ aud, client_id: client }: JWTPayload, audience: readonly string[]): boolean {
  const given = [aud ?? client].flat();
  return given.some((each) => typeof each === 'string' && audience.includes(each));
}

async function keysOf(issuer: string): Promise<ReturnType<typeof createRemoteJWKSet>> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { jwks_uri: keys } = Object(await response.json());
  return createRemoteJWKSet(new URL(String(keys)));
}

function textsOf(payload: JWTPayload): Claims {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      // The API writes lists with spaces between the items.
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );
}
