const SIGNATURE = /^AWS4-[A-Z0-9-]+ .*Credential=[^/]+\/.*?([a-z-]+)\/aws4_request/;

/**
 * The service for which a value of the header Authorization is signed, such as `agent-registry`. The signature is not
 * verified.
 *
 * @returns undefined for a value that is not of Signature Version 4
 */
export function signingNameOf(authorization: string | null): string | undefined {
  return SIGNATURE.exec(authorization ?? '')?.[1];
}
