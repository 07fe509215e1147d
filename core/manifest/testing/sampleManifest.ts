import { resourceShapes } from '../../../adapters/resourceShapes.ts';
import { formatProblem, type Problem } from '../../problem.ts';
import type { Manifest } from '../manifest.ts';
import type { ManifestFaults } from '../manifestFaults.ts';
import { parseManifest } from '../parseManifest.ts';

/** A manifest for tests with at least one example of every feature. */
export const sampleManifest = `owners:
  default: { email: payments-oncall@example.com }
  escalation: [{ slack: '#payments' }, { webhook: { secretsManager: hooks/payments } }]
settings: { prune: true, selfHeal: true, resync: rate(6 hours), approve: breaking }
oauth2CredentialProviders:
  github:
    credentialProviderVendor: GithubOauth2
    oauth2ProviderConfigInput:
      githubOauth2ProviderConfig: { clientId: abc, clientSecret: { secretsManager: payments/github } }
gateways:
  payments:
    roleArn: &role arn:aws:iam::123456789012:role/payments-gateway
    authorizerType: CUSTOM_JWT
    authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: https://login.example.com/.well-known/openid-configuration, allowedClients: [agents] } }
    protocolConfiguration:
      mcp: { supportedVersions: ['2025-11-25'], sessionConfiguration: { sessionTimeoutInSeconds: 3600 } }
    tags: { team: payments }
    targets:
      ledger:
        settings: { resync: never, authorization: { remindAfter: [2 hours], expireAfter: 30 days } }
        targetConfiguration: { mcp: { openApiSchema: { file: schemas/ledger.openapi.yaml } } }
      issues:
        owner: { slack: '#issues' }
        description: Bound to \${gateways.payments.gatewayArn} by \${HOME}
        targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } }
        credentialProviderConfigurations:
          - credentialProviderType: OAUTH
            credentialProvider:
              oauthCredentialProvider:
                providerArn: '\${oauth2CredentialProviders.github.credentialProviderArn}'
                scopes: [repo]
                grantType: AUTHORIZATION_CODE
      refunds:
        owner: escalation
        targetConfiguration:
          mcp:
            lambda:
              lambdaArn: arn:aws:lambda:eu-west-1:123456789012:function:refunds
              toolSchema:
                inlinePayload:
                  - name: refund
                    description: Pays an amount back to the customer of an order.
                    inputSchema: { type: object, properties: { order: { type: string } }, required: [order] }
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]
agentRuntimes:
  assistant:
    agentRuntimeArtifact:
      containerConfiguration: { containerUri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/assistant:1' }
    roleArn: *role
    networkConfiguration: { networkMode: PUBLIC }
    environmentVariables:
      GATEWAY_URL: \${gateways.payments.gatewayUrl}
      API_KEY: { secretsManager: payments/key }
harnesses: {}
registries:
  internal.tools: { description: Everything we offer, approvalConfiguration: { autoApprovalRules: [] } }
`;

/** Parses a text as a manifest, against the SDK's shapes. */
export function parseText(
  text: string,
  workspace?: string,
): {
  manifest?: Manifest;
  readable?: Manifest;
  faults?: ManifestFaults;
  problems: Problem[];
} {
  return parseManifest(new TextEncoder().encode(text), 'manifest.yaml', resourceShapes, undefined, workspace);
}

/** @returns the problems of the text, one line each, without the file name */
export function problemsOf(text: string, workspace?: string): string[] {
  return parseText(text, workspace).problems.map((problem) =>
    formatProblem(problem).replace(/^manifest\.yaml:/, ''),
  );
}

/** @returns the problems of a manifest without resources, except the warning that it declares none */
export function problemsWithoutResources(text: string): string[] {
  return problemsOf(text).filter((problem) => !problem.includes('The manifest declares no resource.'));
}

/**
 * @returns a manifest of one gateway with the given targets, which are the lines of a YAML mapping; the gateway's
 *   authorizer comes last, so that the targets begin at line 6, or at line 7 after a line of the gateway's own
 */
export function manifestWithTargets(targets: string, gateway = ''): string {
  const indented = targets
    .trimEnd()
    .split('\n')
    .map((line) => `      ${line}`);
  return `gateways:
  payments:
    roleArn: arn:aws:iam::123456789012:role/payments-gateway
    authorizerType: CUSTOM_JWT
${gateway === '' ? '' : `    ${gateway}\n`}    targets:
${indented.join('\n')}
    authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: https://login.example.com/.well-known/openid-configuration, allowedClients: [agents] } }
`;
}
