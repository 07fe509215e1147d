import { S3Client } from '@aws-sdk/client-s3';
import { CommandError } from '../errorReport.ts';
import { readEndpoint } from '../start/endpointFile.ts';
import { bucketPlace } from './uploadBucket.ts';

/** Where a push is told to go: a bucket of AWS, or the data directory of an `npm start`. */
export type PushTo = { readonly bucket: string } | { readonly data: string };

/** Where a push goes. */
export interface Destination {
  readonly client: S3Client;
  readonly bucket: string;
}

/** @returns the bucket's name, known without a request; undefined where no `npm start` runs */
export function bucketNameOf(to: PushTo): string | undefined {
  return 'bucket' in to ? to.bucket : readEndpoint(to.data)?.bucket;
}

/**
 * Finds the bucket and a client for it: in AWS by the SDK's own configuration, which AWS_ENDPOINT_URL_S3 is part of.
 *
 * @throws GateloopError `NotFollowed` where no `npm start` runs on the data directory
 */
export function destinationOf(to: PushTo): Destination {
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
    throw new CommandError('NotFollowed', {
      what: `No npm start runs on ${to.data}.`,
      where: to.data,
      remedy: 'Start one (npm start), or name its data directory with --data.',
    });
  const client = new S3Client({
    endpoint: endpoint.s3,
    region: endpoint.region,
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
    forcePathStyle: true,
  });
  return { client, bucket: endpoint.bucket };
}
