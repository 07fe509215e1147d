import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of consent portals.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes reachable
 * from the inputs of the operations on consent portals.
 */
export const consentPortals: ConstraintTable = {
  values: {
    ConsentPortalDescriptionType: { max: 512 },
    ConsentPortalIdentifier: { pattern: '[a-zA-Z0-9\\-_]{1,50}-[A-Za-z0-9]{10}' },
    ConsentPortalNameType: { pattern: '[a-zA-Z0-9_-]{1,50}', min: 1, max: 50 },
    ConsentPortalSourceIdentifierType: {
      pattern:
        '([0-9a-z][-]?){1,100}-[0-9a-z]{10}$|^arn:aws(-[a-z-]+)?:bedrock-agentcore:[a-z0-9-]{1,20}:[0-9]{12}:gateway/([0-9a-z][-]?){1,48}-[a-z0-9]{10}',
    },
    ConsentPortalSourceType: { enum: ['agentcore-gateway'] },
    ConsentPortalSources: { min: 1, max: 1 },
    ExecutionRoleArnType: { pattern: 'arn:aws(-[a-z-]+)?:iam::[0-9]{12}:role/[a-zA-Z0-9+=,.@\\-_/]+' },
    ListConsentPortalsRequestMaxResultsInteger: { min: 1, max: 100, integer: true },
    OAuth2CredentialProviderArn: {
      pattern:
        'arn:(aws|aws-cn|aws-us-gov|aws-iso|aws-iso-b|aws-iso-e|aws-iso-f|aws-eusc):bedrock-agentcore:[a-z0-9-]{1,32}:[0-9]{12}:token-vault/[a-zA-Z0-9_-]{1,64}/oauth2credentialprovider/[a-zA-Z0-9_-]{1,128}',
    },
  },
  members: {
    ConsentPortalIdpConfig: {
      credentialProviderArn: 'OAuth2CredentialProviderArn',
      scopes: 'AllowedScopesType',
    },
    ConsentPortalSource: { identifier: 'ConsentPortalSourceIdentifierType', type: 'ConsentPortalSourceType' },
    CreateConsentPortalRequest: {
      executionRoleArn: 'ExecutionRoleArnType',
      name: 'ConsentPortalNameType',
      sources: 'ConsentPortalSources',
      description: 'ConsentPortalDescriptionType',
      tags: 'TagsMap',
    },
    DeleteConsentPortalRequest: { consentPortalIdentifier: 'ConsentPortalIdentifier' },
    GetConsentPortalRequest: { consentPortalIdentifier: 'ConsentPortalIdentifier' },
    ListConsentPortalsRequest: { maxResults: 'ListConsentPortalsRequestMaxResultsInteger' },
    UpdateConsentPortalRequest: {
      consentPortalIdentifier: 'ConsentPortalIdentifier',
      executionRoleArn: 'ExecutionRoleArnType',
      description: 'ConsentPortalDescriptionType',
    },
  },
};
