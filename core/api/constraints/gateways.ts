import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of gateways.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes
 * reachable from the inputs of CreateGateway, GetGateway, UpdateGateway, ListGateways, DeleteGateway. The reference
 * page `API_<structure>.html` of each structure says the same.
 */
export const gateways: ConstraintTable = {
  values: {
    AuthorizerType: { enum: ['CUSTOM_JWT', 'AWS_IAM', 'NONE', 'AUTHENTICATE_ONLY'] },
    ExceptionLevel: { enum: ['DEBUG'] },
    GatewayDescription: { min: 1, max: 200 },
    GatewayInterceptionPoint: { enum: ['REQUEST', 'RESPONSE'] },
    GatewayInterceptionPoints: { min: 1, max: 2, element: 'GatewayInterceptionPoint' },
    GatewayInterceptorConfigurations: { min: 1, max: 2 },
    GatewayMaxResults: { min: 1, max: 1000, integer: true },
    GatewayName: { pattern: '([0-9a-zA-Z][-]?){1,48}' },
    GatewayNextToken: { pattern: '\\S*', min: 1, max: 2048 },
    GatewayPolicyEngineArn: {
      pattern:
        'arn:aws(-[^:]+)?:bedrock-agentcore:[a-z0-9-]+:[0-9]{12}:policy-engine\\/[a-zA-Z][a-zA-Z0-9-_]{0,99}-[a-zA-Z0-9_]{10}',
      min: 1,
      max: 170,
    },
    GatewayPolicyEngineMode: { enum: ['LOG_ONLY', 'ENFORCE'] },
    GatewayProtocolType: { enum: ['MCP'] },
    InterceptorPayloadExclusion: { enum: ['RESPONSE_BODY'] },
    InterceptorPayloadExclusionSelectorList: { min: 1, max: 1 },
    McpInstructions: { min: 1, max: 2048 },
    SearchType: { enum: ['SEMANTIC'] },
    SessionConfigurationSessionTimeoutInSecondsInteger: { min: 900, max: 28800, integer: true },
    WafFailureMode: { enum: ['FAIL_CLOSE', 'FAIL_OPEN'] },
  },
  members: {
    CreateGatewayRequest: {
      name: 'GatewayName',
      description: 'GatewayDescription',
      clientToken: 'ClientToken',
      roleArn: 'RoleArn',
      protocolType: 'GatewayProtocolType',
      authorizerType: 'AuthorizerType',
      kmsKeyArn: 'KmsKeyArn',
      interceptorConfigurations: 'GatewayInterceptorConfigurations',
      exceptionLevel: 'ExceptionLevel',
      tags: 'TagsMap',
    },
    DeleteGatewayRequest: { gatewayIdentifier: 'GatewayIdentifier' },
    GatewayInterceptorConfiguration: { interceptionPoints: 'GatewayInterceptionPoints' },
    GatewayPolicyEngineConfiguration: { arn: 'GatewayPolicyEngineArn', mode: 'GatewayPolicyEngineMode' },
    GetGatewayRequest: { gatewayIdentifier: 'GatewayIdentifier' },
    InterceptorPayloadExclusionSelector: { field: 'InterceptorPayloadExclusion' },
    InterceptorPayloadFilter: { exclude: 'InterceptorPayloadExclusionSelectorList' },
    LambdaInterceptorConfiguration: { arn: 'LambdaFunctionArn' },
    LambdaTransformConfiguration: { arn: 'LambdaFunctionArn' },
    ListGatewaysRequest: { maxResults: 'GatewayMaxResults', nextToken: 'GatewayNextToken' },
    MCPGatewayConfiguration: { instructions: 'McpInstructions', searchType: 'SearchType' },
    SessionConfiguration: { sessionTimeoutInSeconds: 'SessionConfigurationSessionTimeoutInSecondsInteger' },
    UpdateGatewayRequest: {
      gatewayIdentifier: 'GatewayIdentifier',
      name: 'GatewayName',
      description: 'GatewayDescription',
      roleArn: 'RoleArn',
      protocolType: 'GatewayProtocolType',
      authorizerType: 'AuthorizerType',
      kmsKeyArn: 'KmsKeyArn',
      interceptorConfigurations: 'GatewayInterceptorConfigurations',
      exceptionLevel: 'ExceptionLevel',
    },
    WafConfiguration: { failureMode: 'WafFailureMode' },
  },
};
