import { GetObjectCommand } from '@aws-sdk/client-s3';
import { S3UploadHistory } from '../../adapters/s3UploadHistory.ts';
import { bucketPlace } from '../../core/deployedNames.ts';
import type { FileVersion, UploadHistory } from '../../core/ports/fleetReads.ts';
import { uploadPrefix } from '../../core/storage/keys.ts';
import { type PlanDestination, planDestinationOf } from '../plan/livePorts.ts';
import type { PushTo } from '../push/destination.ts';
import { openDestination, type RequestTo } from '../request/destination.ts';

/** Where the uploads are, and where an upload goes. */
export interface RollbackPorts {
  readonly history: Pick<UploadHistory, 'listVersions'>;
  readonly readVersion: (workspace: string, version: FileVersion) => Promise<Buffer>;
  readonly to: PushTo;
  readonly destination: PlanDestination;
}

/** @throws CommandError `NotFollowed` when no `npm start` runs on the data directory; `NotDeployed`, `AwsTrouble` */
export async function rollbackPortsOf(to: RequestTo): Promise<RollbackPorts> {
  const { bucket } = await openDestination(to);
  const place: PushTo = 'data' in to ? to : { bucket };
  return rollbackPorts(place, planDestinationOf(place, 'data' in to ? undefined : to.environment));
}

export function rollbackPorts(to: PushTo, destination: PlanDestination): RollbackPorts {
  const { client, bucket } = destination;
  const { account } = bucketPlace(bucket);
  return {
    to,
    destination,
    history: new S3UploadHistory(bucket, account, client),
    readVersion: async (workspace, { path, versionId }) => {
      const { Body } = await client.send(
        new GetObjectCommand({
          Bucket: bucket,
          ...(account !== undefined && { ExpectedBucketOwner: account }),
          Key: uploadPrefix(workspace) + path,
          VersionId: versionId,
        }),
      );
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
  };
}
