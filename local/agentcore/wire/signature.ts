const SIGNATURE = /^AWS4-[A-Z0-9-]+ .*Credential=[^/]+\/.*bedrock-agentcore\/aws4_request/;

/** Whether a value of the header Authorization is of Signature Version 4 for AgentCore. The signature is not verified. */
export function isSigned(authorization: string | null): boolean {
  return authorization !== null && SIGNATURE.test(authorization);
}
