import { McpToolLists } from '../../adapters/mcpToolLists.ts';
import { S3JsonStore } from '../../adapters/s3JsonStore.ts';
import { SecretsManagerSecrets } from '../../adapters/secretsManagerSecrets.ts';
import { setting } from '../runtime/environment.ts';
import { createHandler } from './createHandler.ts';

export const handler = createHandler({
  toolLists: new McpToolLists({
    // The deployment sets one of the two forms.
    servers: JSON.parse(setting('MCP_SERVERS')),
    // As for all calls to AgentCore's data plane.
    gatewayEndpoint: process.env.AWS_ENDPOINT_URL_BEDROCK_AGENTCORE,
  }),
  documents: new S3JsonStore(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  secrets: new SecretsManagerSecrets(),
  clock: Date.now,
  tokenPrefix: setting('WATCH_TOKENS'),
});
