import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints that several kinds of resources share.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes
 * that the inputs of several kinds of resources reach.
 */
export const sharedShapes: ConstraintTable = {
  values: {
    AdvertisedScopeMappingType: { min: 1, max: 50, key: 'AllowedScopeType', value: 'AllowedScopeType' },
    AllowedAudienceList: { min: 1 },
    AllowedClientsList: { min: 1 },
    AllowedScopeType: { pattern: '[\\x21\\x23-\\x5B\\x5D-\\x7E]+', min: 1, max: 255 },
    AllowedScopesType: { min: 1, element: 'AllowedScopeType' },
    BedrockAgentcoreResourceArn: { min: 20, max: 1011 },
    CapacityProviderVolumeName: { pattern: '[a-zA-Z][a-zA-Z0-9_-]{0,47}', min: 1, max: 48 },
    ClaimMatchOperatorType: { enum: ['EQUALS', 'CONTAINS', 'CONTAINS_ANY'] },
    ClientToken: { pattern: '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,256}', min: 33, max: 256 },
    CustomClaimValidationsType: { min: 1 },
    Description: { min: 1, max: 4096 },
    DiscoveryUrl: {
      pattern: '[^\\s?#]+/\\.well-known/(openid-configuration|oauth-authorization-server)(/[^\\s?#]+)?',
    },
    EfsAccessPointArn: {
      pattern: 'arn:aws[-a-z]*:elasticfilesystem:[0-9a-z-:]+:access-point/fsap-[0-9a-f]{8,40}',
      max: 128,
    },
    EndpointIpAddressType: { enum: ['IPV4', 'IPV6'] },
    EnvironmentVariableKey: { min: 1, max: 100 },
    EnvironmentVariableValue: { max: 5000 },
    EnvironmentVariablesMap: { max: 50, key: 'EnvironmentVariableKey', value: 'EnvironmentVariableValue' },
    FilesystemConfigurations: { max: 5 },
    GatewayIdentifier: { pattern: '([0-9a-z][-]?){1,100}-[0-9a-z]{10}' },
    HostingEnvironmentListType: { min: 1, max: 10 },
    InboundTokenClaimNameType: { pattern: '[A-Za-z0-9_.-:]+', min: 1, max: 255 },
    InboundTokenClaimValueType: { enum: ['STRING', 'STRING_ARRAY'] },
    KmsKeyArn: {
      pattern: 'arn:aws(|-cn|-us-gov):kms:[a-zA-Z0-9-]*:[0-9]{12}:key/[a-zA-Z0-9-]{36}',
      min: 1,
      max: 2048,
    },
    LambdaFunctionArn: {
      pattern:
        'arn:(aws[a-zA-Z-]*)?:lambda:([a-z]{2}(-gov)?-[a-z]+-\\d{1}):(\\d{12}):function:([a-zA-Z0-9-_.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?',
      min: 1,
      max: 170,
    },
    LifecycleConfigurationIdleRuntimeSessionTimeoutInteger: { min: 60, max: 1209600, integer: true },
    LifecycleConfigurationMaxLifetimeInteger: { min: 60, max: 1209600, integer: true },
    MatchValueString: { pattern: '[A-Za-z0-9_.-]+', min: 1, max: 255 },
    MatchValueStringList: { min: 1, element: 'MatchValueString' },
    MaxResults: { min: 1, max: 100, integer: true },
    MountPath: { pattern: '/mnt/[a-zA-Z0-9._-]+/?', min: 6, max: 200 },
    NetworkMode: { enum: ['PUBLIC', 'VPC'] },
    NextToken: { pattern: '\\S*', min: 1, max: 2048 },
    OAuthCredentialProviderArn: { pattern: 'arn:([^:]*):([^:]*):([^:]*):([0-9]{12})?:(.+)' },
    OAuthCustomParameters: {
      min: 1,
      max: 10,
      key: 'OAuthCustomParametersKey',
      value: 'OAuthCustomParametersValue',
    },
    OAuthCustomParametersKey: { min: 1, max: 256 },
    OAuthCustomParametersValue: { min: 1, max: 2048 },
    OAuthDefaultReturnUrl: { pattern: '\\w+:(\\/?\\/?)[^\\s]+', min: 1, max: 2048 },
    OAuthGrantType: { enum: ['CLIENT_CREDENTIALS', 'AUTHORIZATION_CODE', 'TOKEN_EXCHANGE'] },
    OAuthScope: { min: 1, max: 64 },
    OAuthScopes: { max: 100, element: 'OAuthScope' },
    PrivateEndpointOverrideDomain: { min: 1, max: 253 },
    PrivateEndpointOverrides: { max: 5 },
    ResourceConfigurationIdentifier: {
      pattern:
        '((rcfg-[0-9a-z]{17})|(arn:[a-z0-9\\-]+:vpc-lattice:[a-zA-Z0-9\\-]+:\\d{12}:resourceconfiguration/rcfg-[0-9a-z]{17}))',
      min: 20,
      max: 2048,
    },
    RoleArn: { pattern: 'arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+', min: 1, max: 2048 },
    RoutingDomain: { min: 3, max: 255 },
    RuntimeContainerUri: {
      pattern:
        '(([0-9]{12})\\.dkr\\.ecr\\.([a-z0-9-]+)\\.amazonaws\\.com(\\.cn)?|public\\.ecr\\.aws)/((?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*)(?::([^:@]{1,300}))?(?:@(.+))?',
      min: 1,
      max: 1024,
    },
    S3FilesAccessPointArn: {
      pattern:
        'arn:aws[-a-z]*:s3files:[0-9a-z-:]+:file-system/fs-[0-9a-f]{17,40}/access-point/fsap-[0-9a-f]{17,40}',
      max: 256,
    },
    SecurityGroupId: { pattern: 'sg-[0-9a-zA-Z]{8,17}' },
    SecurityGroupIdentifier: { pattern: 'sg-(([0-9a-z]{8})|([0-9a-z]{17}))' },
    SecurityGroupIds: { max: 5, element: 'SecurityGroupIdentifier' },
    SecurityGroups: { min: 1, max: 16, element: 'SecurityGroupId' },
    SubnetId: { pattern: 'subnet-[0-9a-zA-Z]{8,17}' },
    SubnetIds: { element: 'SubnetId' },
    Subnets: { min: 1, max: 16, element: 'SubnetId' },
    TagKey: { pattern: '[a-zA-Z0-9\\s._:/=+@-]*', min: 1, max: 128 },
    TagValue: { pattern: '[a-zA-Z0-9\\s._:/=+@-]*', max: 256 },
    TagsMap: { max: 50, key: 'TagKey', value: 'TagValue' },
    VpcIdentifier: { pattern: 'vpc-(([0-9a-z]{8})|([0-9a-z]{17}))' },
    WorkloadIdentityNameListType: { min: 1, max: 10, element: 'WorkloadIdentityNameType' },
    WorkloadIdentityNameType: { pattern: '[A-Za-z0-9_.-]+', min: 3, max: 255 },
  },
  members: {
    AllowedWorkloadConfiguration: {
      hostingEnvironments: 'HostingEnvironmentListType',
      workloadIdentities: 'WorkloadIdentityNameListType',
    },
    AuthorizingClaimMatchValueType: { claimMatchOperator: 'ClaimMatchOperatorType' },
    CapacityProviderVolumeConfiguration: { volumeName: 'CapacityProviderVolumeName', mountPath: 'MountPath' },
    ClaimMatchValueType: {
      matchValueString: 'MatchValueString',
      matchValueStringList: 'MatchValueStringList',
    },
    ContainerConfiguration: { containerUri: 'RuntimeContainerUri' },
    CustomClaimValidationType: {
      inboundTokenClaimName: 'InboundTokenClaimNameType',
      inboundTokenClaimValueType: 'InboundTokenClaimValueType',
    },
    CustomJWTAuthorizerConfiguration: {
      discoveryUrl: 'DiscoveryUrl',
      allowedAudience: 'AllowedAudienceList',
      allowedClients: 'AllowedClientsList',
      allowedScopes: 'AllowedScopesType',
      advertisedScopeMapping: 'AdvertisedScopeMappingType',
      customClaims: 'CustomClaimValidationsType',
      privateEndpointOverrides: 'PrivateEndpointOverrides',
    },
    EfsAccessPointConfiguration: { accessPointArn: 'EfsAccessPointArn', mountPath: 'MountPath' },
    HostingEnvironment: { arn: 'BedrockAgentcoreResourceArn' },
    LifecycleConfiguration: {
      idleRuntimeSessionTimeout: 'LifecycleConfigurationIdleRuntimeSessionTimeoutInteger',
      maxLifetime: 'LifecycleConfigurationMaxLifetimeInteger',
    },
    ManagedVpcResource: {
      vpcIdentifier: 'VpcIdentifier',
      subnetIds: 'SubnetIds',
      endpointIpAddressType: 'EndpointIpAddressType',
      securityGroupIds: 'SecurityGroupIds',
      tags: 'TagsMap',
      routingDomain: 'RoutingDomain',
    },
    NetworkConfiguration: { networkMode: 'NetworkMode' },
    OAuthCredentialProvider: {
      providerArn: 'OAuthCredentialProviderArn',
      scopes: 'OAuthScopes',
      customParameters: 'OAuthCustomParameters',
      grantType: 'OAuthGrantType',
      defaultReturnUrl: 'OAuthDefaultReturnUrl',
    },
    PrivateEndpointOverride: { domain: 'PrivateEndpointOverrideDomain' },
    S3FilesAccessPointConfiguration: { accessPointArn: 'S3FilesAccessPointArn', mountPath: 'MountPath' },
    SelfManagedLatticeResource: { resourceConfigurationIdentifier: 'ResourceConfigurationIdentifier' },
    SessionStorageConfiguration: { mountPath: 'MountPath' },
    VpcConfig: { securityGroups: 'SecurityGroups', subnets: 'Subnets' },
  },
};

/**
 * The constraints of tags.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes
 * reachable from the inputs of TagResource, UntagResource, ListTagsForResource. The reference page
 * `API_<structure>.html` of each structure says the same.
 */
export const tags: ConstraintTable = {
  values: {
    TagKeyList: { max: 200, element: 'TagKey' },
    TaggableResourcesArn: {
      pattern: 'arn:(?:[^:]+)?:bedrock-agentcore:[a-z0-9-]+:[0-9]{12}:([a-z-]+/[^/]+)(?:/[a-z-]+/[^/]+)*',
      min: 20,
      max: 1011,
    },
  },
  members: {
    ListTagsForResourceRequest: { resourceArn: 'TaggableResourcesArn' },
    TagResourceRequest: { resourceArn: 'TaggableResourcesArn', tags: 'TagsMap' },
    UntagResourceRequest: { resourceArn: 'TaggableResourcesArn', tagKeys: 'TagKeyList' },
  },
};

/**
 * The constraints of CompleteResourceTokenAuth, which completes a person's authorization.
 *
 * Source: the service model of `bedrock-agentcore`, API version 2024-02-28, as in botocore 1.44.8: shapes reachable
 * from the input of CompleteResourceTokenAuth.
 */
export const tokenCompletion: ConstraintTable = {
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
