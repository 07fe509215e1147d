import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of gateways' rules and rate limits.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes reachable
 * from the inputs of the operations with `GatewayRule` and `GatewayRateLimit` in their names.
 */
export const gatewayRules: ConstraintTable = {
  values: {
    Actions: { min: 1, max: 2 },
    BatchPutLimitEntries: { min: 1, max: 50 },
    Conditions: { max: 3 },
    ConfigurationBundleReferenceBundleVersionString: {
      pattern: '[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}',
    },
    DimensionKey: {
      pattern:
        "(targetName|toolName|qualifiedModelId|\\$\\.context\\.iam\\.principal|\\$\\.context\\.iam\\.sourceIdentity|\\$\\.context\\.jwt\\.[a-zA-Z_][a-zA-Z0-9_\\-\\.]{0,61}[a-zA-Z0-9_]|\\$\\.context\\.request\\.header\\.[a-zA-Z0-9!#$%&'+\\.\\^_`|~\\-]+|\\$\\.context\\.request\\.body\\.[a-zA-Z_][a-zA-Z0-9_\\-]*(\\.[a-zA-Z_][a-zA-Z0-9_\\-]*)*)",
      min: 1,
      max: 128,
    },
    DimensionKeys: { min: 1, max: 10, element: 'DimensionKey' },
    DimensionValue: { min: 1, max: 256 },
    GatewayConfigurationBundleArn: {
      pattern:
        'arn:aws[a-zA-Z-]*:bedrock-agentcore:[a-z0-9-]+:[0-9]{12}:configuration-bundle/[a-zA-Z][a-zA-Z0-9-_]{0,99}-[a-zA-Z0-9]{10}',
    },
    GatewayRateLimitDescription: { max: 512 },
    GatewayRateLimitId: { pattern: '[a-zA-Z0-9][a-zA-Z0-9\\-_\\.]{0,62}[a-zA-Z0-9]', min: 2, max: 64 },
    GatewayRateLimitMaxResults: { min: 1, max: 100, integer: true },
    GatewayRateLimitNextToken: { pattern: '\\S*', min: 1, max: 2048 },
    GatewayRuleDescription: { min: 1, max: 256 },
    GatewayRuleId: {
      pattern: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
      min: 36,
      max: 36,
    },
    GatewayRuleMaxResults: { min: 1, max: 100, integer: true },
    GatewayRuleNextToken: { pattern: '\\S*', min: 1, max: 2048 },
    GatewayRulePriority: { min: 1, max: 1000000, integer: true },
    IamPrincipalArn: {
      pattern:
        '(arn:aws[a-zA-Z-]*:iam::(\\d{12}|\\*):(user|role)/[\\w+=,.@*?/-]+|arn:aws[a-zA-Z-]*:sts::(\\d{12}|\\*):assumed-role/[\\w+=,.@*?/-]+)',
      max: 2048,
    },
    LimitEntries: { min: 1, max: 1000 },
    LimitEntryDimensionsMap: { min: 1, max: 10, key: 'DimensionKey', value: 'DimensionValue' },
    MatchPathPattern: { pattern: '/[\\w\\-.]+/\\*', max: 512 },
    MatchPathsAnyOfList: { min: 1, max: 10, element: 'MatchPathPattern' },
    MatchPrincipalsAnyOfList: { min: 1, max: 100 },
    Period: { enum: ['second', 'minute'] },
    PrincipalMatchOperator: { enum: ['StringEquals', 'StringLike'] },
    RateConfigRateDouble: { min: 0, max: 10000000 },
    RateConfigs: { min: 1, max: 1 },
    StaticOverrideBundleVersionString: {
      pattern: '[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}',
    },
    TargetTrafficSplitEntries: { min: 2, max: 2 },
    TargetTrafficSplitEntryDescriptionString: { min: 1, max: 200 },
    TargetTrafficSplitEntryNameString: {
      pattern: '[a-zA-Z0-9]([a-zA-Z0-9-]{0,62}[a-zA-Z0-9])?',
      min: 1,
      max: 64,
    },
    TargetTrafficSplitEntryWeightInteger: { min: 1, max: 99, integer: true },
    TrafficSplitEntries: { min: 2, max: 2 },
    TrafficSplitEntryDescriptionString: { min: 1, max: 200 },
    TrafficSplitEntryNameString: { pattern: '[a-zA-Z0-9]([a-zA-Z0-9-]{0,62}[a-zA-Z0-9])?', min: 1, max: 64 },
    TrafficSplitEntryWeightInteger: { min: 1, max: 99, integer: true },
    TrafficSplitMetadataKey: { min: 1, max: 128 },
    TrafficSplitMetadataMap: { max: 25, key: 'TrafficSplitMetadataKey', value: 'TrafficSplitMetadataValue' },
    TrafficSplitMetadataValue: { min: 1, max: 256 },
  },
  members: {
    RateConfig: { rate: 'RateConfigRateDouble', period: 'Period' },
    LimitEntry: {
      dimensions: 'LimitEntryDimensionsMap',
      requests: 'RateConfigs',
      tokens: 'RateConfigs',
      connections: 'RateConfigs',
    },
    CreateGatewayRateLimitRequest: {
      gatewayIdentifier: 'GatewayIdentifier',
      clientToken: 'ClientToken',
      rateLimitId: 'GatewayRateLimitId',
      description: 'GatewayRateLimitDescription',
      dimensionKeys: 'DimensionKeys',
      entries: 'LimitEntries',
    },
    IamPrincipal: { arn: 'IamPrincipalArn', operator: 'PrincipalMatchOperator' },
    MatchPrincipals: { anyOf: 'MatchPrincipalsAnyOfList' },
    MatchPaths: { anyOf: 'MatchPathsAnyOfList' },
    StaticOverride: {
      bundleArn: 'GatewayConfigurationBundleArn',
      bundleVersion: 'StaticOverrideBundleVersionString',
    },
    ConfigurationBundleReference: {
      bundleArn: 'GatewayConfigurationBundleArn',
      bundleVersion: 'ConfigurationBundleReferenceBundleVersionString',
    },
    TrafficSplitEntry: {
      name: 'TrafficSplitEntryNameString',
      weight: 'TrafficSplitEntryWeightInteger',
      description: 'TrafficSplitEntryDescriptionString',
      metadata: 'TrafficSplitMetadataMap',
    },
    WeightedOverride: { trafficSplit: 'TrafficSplitEntries' },
    StaticRoute: { targetName: 'TargetName' },
    TargetTrafficSplitEntry: {
      targetName: 'TargetName',
      name: 'TargetTrafficSplitEntryNameString',
      weight: 'TargetTrafficSplitEntryWeightInteger',
      description: 'TargetTrafficSplitEntryDescriptionString',
      metadata: 'TrafficSplitMetadataMap',
    },
    WeightedRoute: { trafficSplit: 'TargetTrafficSplitEntries' },
    CreateGatewayRuleRequest: {
      gatewayIdentifier: 'GatewayIdentifier',
      clientToken: 'ClientToken',
      priority: 'GatewayRulePriority',
      conditions: 'Conditions',
      actions: 'Actions',
      description: 'GatewayRuleDescription',
    },
    GetGatewayRateLimitRequest: { gatewayIdentifier: 'GatewayIdentifier', rateLimitId: 'GatewayRateLimitId' },
    GetGatewayRuleRequest: { gatewayIdentifier: 'GatewayIdentifier', ruleId: 'GatewayRuleId' },
    ListGatewayRateLimitsRequest: {
      gatewayIdentifier: 'GatewayIdentifier',
      maxResults: 'GatewayRateLimitMaxResults',
      nextToken: 'GatewayRateLimitNextToken',
    },
    ListGatewayRulesRequest: {
      gatewayIdentifier: 'GatewayIdentifier',
      maxResults: 'GatewayRuleMaxResults',
      nextToken: 'GatewayRuleNextToken',
    },
    UpdateGatewayRateLimitRequest: {
      gatewayIdentifier: 'GatewayIdentifier',
      rateLimitId: 'GatewayRateLimitId',
      description: 'GatewayRateLimitDescription',
      entries: 'LimitEntries',
    },
    UpdateGatewayRuleRequest: {
      gatewayIdentifier: 'GatewayIdentifier',
      ruleId: 'GatewayRuleId',
      priority: 'GatewayRulePriority',
      conditions: 'Conditions',
      actions: 'Actions',
      description: 'GatewayRuleDescription',
    },
    DeleteGatewayRateLimitRequest: {
      gatewayIdentifier: 'GatewayIdentifier',
      rateLimitId: 'GatewayRateLimitId',
    },
    DeleteGatewayRuleRequest: { gatewayIdentifier: 'GatewayIdentifier', ruleId: 'GatewayRuleId' },
    BatchPutLimitEntry: {
      rateLimitId: 'GatewayRateLimitId',
      description: 'GatewayRateLimitDescription',
      dimensionKeys: 'DimensionKeys',
      entries: 'LimitEntries',
    },
    BatchPutGatewayRateLimitsRequest: {
      gatewayIdentifier: 'GatewayIdentifier',
      clientToken: 'ClientToken',
      rateLimits: 'BatchPutLimitEntries',
    },
  },
};
