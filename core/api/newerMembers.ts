/**
 * The members of requests that AWS's service model has and the SDK lacks, by their structure. Source: the list in
 * docs/emulator.md, which `npm run test:botocore` compares with the models in botocore; a test compares this table with it.
 */
const newerMembers: Readonly<Record<string, readonly string[]>> = {
  CapacityProviderConfiguration: ['operatingSystemConfiguration'],
  Condition: ['matchModels'],
  CreateAgentRuntimeRequest: ['allowedPorts', 'hooksConfiguration', 'resourceConfigurations'],
  CreateGatewayRequest: ['domainOverride'],
  CreateGatewayTargetRequest: ['certificateConfigurations'],
  CustomJWTAuthorizerConfiguration: ['certificateConfigurations'],
  CustomMemoryStrategyInput: ['recordExpirySpecification'],
  CustomOauth2ProviderConfigInput: ['certificateConfigurations'],
  EpisodicMemoryStrategyInput: ['recordExpirySpecification'],
  FilesystemConfiguration: ['s3BucketMount'],
  GatewayInterceptorConfiguration: ['responseInterceptionMode', 'responseStreamingConfiguration'],
  HarnessRemoteMcpConfig: ['outboundAuth'],
  LaunchParameters: ['cpuOptions'],
  ListDatasetsRequest: ['filter'],
  ModifyMemoryStrategyInput: ['recordExpirySpecification'],
  OnBehalfOfTokenExchangeConfigType: ['onBehalfOfAuthenticationConfig'],
  ProtocolConfiguration: ['path', 'port'],
  RatingScale: ['multiDimensional'],
  SemanticMemoryStrategyInput: ['recordExpirySpecification'],
  StaticRoute: ['fallback', 'model'],
  SummaryMemoryStrategyInput: ['recordExpirySpecification'],
  TargetTrafficSplitEntry: ['fallback', 'model'],
  UpdateAgentRuntimeRequest: ['allowedPorts', 'hooksConfiguration', 'resourceConfigurations'],
  UpdateGatewayRequest: ['domainOverride'],
  UpdateGatewayTargetRequest: ['certificateConfigurations'],
  UserPreferenceMemoryStrategyInput: ['recordExpirySpecification'],
};

/** @returns whether AWS's API has a member that the SDK does not know yet */
export function isNewerMember(structure: string, member: string): boolean {
  return newerMembers[structure]?.includes(member) ?? false;
}

/** The structures of the table, for its test. */
export const structuresWithNewerMembers: readonly string[] = Object.keys(newerMembers);
