import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import { getCommands, listCommands, tagCommand } from '../../adapters/controlPlaneCommands.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import { embeddedCredentials, runningEndpoint } from '../start/endpointFile.ts';

/** Where an import reads. It calls nothing that writes. */
export interface ImportPorts {
  readonly controlPlane: Pick<ControlPlane, 'get' | 'list' | 'tags'>;
  /** @returns the object at an S3 URI. @throws the error of S3 */
  readonly readObject: (uri: string) => Promise<string>;
}

/** The service grants ten reads a second to an account, which Gateloop uses too. */
const READ_ATTEMPTS = 8;

/**
 * @param data the data directory of an `npm start`; undefined for AWS
 * @throws CommandError `NotFollowed` when no `npm start` runs there
 */
export function importPortsOf(data: string | undefined): ImportPorts {
  const endpoint = data === undefined ? undefined : runningEndpoint(data);
  const settings = endpoint && { region: endpoint.region, credentials: embeddedCredentials };
  const client = new BedrockAgentCoreControlClient({
    maxAttempts: READ_ATTEMPTS,
    ...(endpoint && { ...settings, endpoint: endpoint.agentCore }),
  });
  const s3 = new S3Client({
    followRegionRedirects: true,
    ...(endpoint && { ...settings, endpoint: endpoint.s3, forcePathStyle: true }),
  });
  return importPorts(client, s3);
}

export function importPorts(client: BedrockAgentCoreControlClient, s3: S3Client): ImportPorts {
  return {
    controlPlane: new AgentCoreControlPlane(
      { ...getCommands, ...listCommands, ...tagCommand },
      { agentCore: client },
    ),
    readObject: async (uri) => {
      const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToString()) ?? '';
    },
  };
}
