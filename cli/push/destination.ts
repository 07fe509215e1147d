import { S3Client } from '@aws-sdk/client-s3';
import { GateloopError } from '../../core/errors.ts';
import { readEndpoint } from '../../local/start/endpointFile.ts';
import type { PushOptions } from './options.ts';
import { bucketPlace } from './uploadBucket.ts';

/** Where a push goes. */
export interface Destination {
  readonly client: S3Client;
  readonly bucket: string;
}

/** @returns the bucket's name, which nobody has to be asked for; undefined where no `npm start` runs */
export function bucketNameOf(to: PushOptions['to']): string | undefined {
  return 'bucket' in to ? to.bucket : readEndpoint(to.data)?.bucket;
}

/**
 * Finds the bucket and a client for it: in AWS by the SDK's own configuration, which AWS_ENDPOINT_URL_S3 is part of.
 *
 * @throws GateloopError `NotFollowed` where no `npm start` runs on the data directory
 */
export function destinationOf(to: PushOptions['to']): Destination {
  if ('bucket' in to) {
    const { region } = bucketPlace(to.bucket);
    const isElsewhere = Boolean(process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL);
    const client = new S3Client({
      ...(region !== undefined && { region }),
      // Emulators have no names for buckets.
      ...(isElsewhere && { forcePathStyle: true }),
    });
    return { client, bucket: to.bucket };
  }
  const endpoint = readEndpoint(to.data);
  if (!endpoint)
    throw new GateloopError(
      'NotFollowed',
      `No npm start runs on ${to.data}. Start one (npm start), or name its data directory with --data.`,
    );
  const client = new S3Client({
    endpoint: endpoint.s3,
    region: endpoint.region,
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
    forcePathStyle: true,
  });
  return { client, bucket: endpoint.bucket };
}
