import type { ConstraintTable } from '../constraints.ts';

/**
 * The completion of a person's consent.
 *
 * Source: the service model of `bedrock-agentcore`, API version 2024-02-28, as in botocore 1.44.5: shapes reachable from the input of
 * CompleteResourceTokenAuth.
 */
export const consent: ConstraintTable = {
  values: {
    RequestUri: { pattern: 'urn:ietf:params:oauth:request_uri:[a-zA-Z0-9-._~]+', min: 1, max: 1024 },
    UserIdType: { min: 1, max: 128 },
    UserTokenType: { pattern: '[A-Za-z0-9-_=]+.[A-Za-z0-9-_=]+.[A-Za-z0-9-_=]+', min: 1, max: 131072 },
  },
  members: {
    CompleteResourceTokenAuthRequest: { sessionUri: 'RequestUri' },
    UserIdentifier: { userToken: 'UserTokenType', userId: 'UserIdType' },
  },
};
