import { CLIENT_SECRET } from './consentManifest.ts';

const OWNER = 'owners: { default: { email: curator@example.com } }';

/** A workspace with a registry, and with a gateway that draws targets from it. */
export const curationManifest = `${OWNER}
settings: { prune: true }
registries: { tools: { description: Tools that agents may find } }
gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
    targetsFromRegistry: { registryId: '\${registries.tools.registryId}' }
`;

/** The definition of an MCP server, as its author writes it. */
export const serverDefinition = (version: string, url: string) =>
  JSON.stringify({ name: 'com.example/weather', version, remotes: [{ type: 'streamable-http', url }] });

export const SKILL_URL = 'https://github.com/acme/skills/tree/main/refunds';
/** The secrets that `skillManifest` names. */
export const skillSecrets = { 'shared/github': CLIENT_SECRET };

/** A workspace that publishes a skill, whose source a GitHub user has to give access to. */
export const skillManifest = (name: string) => `${OWNER}
oauth2CredentialProviders:
  ${name}:
    credentialProviderVendor: GithubOauth2
    oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: abc, clientSecret: { secretsManager: shared/github } } }
registries: { ${name}-skills: {} }
registryRecords:
  ${name}-skill:
    registryId: \${registries.${name}-skills.registryId}
    recordType: SKILL
    descriptors:
      agentSkillsDefinition:
        additionalData:
          repositoryProvider: GITHUB
          skillMd:
            source:
              fromUrl:
                url: ${SKILL_URL}
                credentialProviderConfigurations:
                  - credentialProviderType: OAUTH
                    credentialProvider:
                      oauthCredentialProvider:
                        providerArn: \${oauth2CredentialProviders.${name}.credentialProviderArn}
                        grantType: AUTHORIZATION_CODE
                        scopes: [repo]
`;
