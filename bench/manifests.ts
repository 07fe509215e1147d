/** The parts of a manifest that measurements change. */
export interface MeasuredWorkspace {
  readonly gateway: string;
  readonly targets: number;
  /** The description of the first target's tool, in its schema. */
  readonly lookup?: string;
}

const tool = (description: string) =>
  `{ name: lookup, description: ${description}, inputSchema: { type: object, properties: {} } }`;

/** A manifest with one gateway and Lambda targets named `target-1`, `target-2`, … */
export function measuredManifest({ gateway, targets, lookup = 'Looks up' }: MeasuredWorkspace): string {
  const target = (index: number) => `
      target-${index}:
        targetConfiguration:
          mcp:
            lambda:
              lambdaArn: arn:aws:lambda:us-east-1:123456789012:function:tools
              toolSchema: { inlinePayload: [${tool(index === 1 ? lookup : 'Looks up')}] }
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]`;
  const indexes = Array.from({ length: targets }, (_, index) => index + 1);
  return `owners: { default: { email: owner@example.com } }
settings: { selfHeal: true, prune: true }
gateways:
  ${gateway}:
    roleArn: arn:aws:iam::123456789012:role/gateway
    protocolType: MCP
    authorizerType: AWS_IAM
    targets: ${targets === 0 ? '{}' : ''}${indexes.map(target).join('')}
`;
}
