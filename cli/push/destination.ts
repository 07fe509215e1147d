import { S3Client } from '@aws-sdk/client-s3';
import { CommandError } from '../errorReport.ts';
import { readEndpoint } from '../start/endpointFile.ts';
import { bucketPlace } from './uploadBucket.ts';

/** The destination options of a push: a bucket on AWS, or the data directory of an `npm start`. */
export type PushTo = { readonly bucket: string } | { readonly data: string };

/** The bucket that a push uploads to, with a client for it. */
export interface Destination {
  readonly client: S3Client;
  readonly bucket: string;
}

/** @returns the bucket's name, without a request; undefined when no `npm start` runs */
export function bucketNameOf(to: PushTo): string | undefined {
  return 'bucket' in to ? to.bucket : readEndpoint(to.data)?.bucket;
}

/**
 * Finds the bucket and creates its client. For AWS, the SDK reads its standard configuration, such as AWS_ENDPOINT_URL_S3.
 *
 * @throws CommandError `NotFollowed` when no `npm start` runs on the data directory
 */
export function destinationOf(to: PushTo): Destination {
  if ('bucket' in to) {
    const { region } = bucketPlace(to.bucket);
    const isElsewhere = Boolean(process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL);
    const client = new S3Client({
      ...(region !== undefined && { region }),
      // Emulators serve no host name per bucket.
      ...(isElsewhere && { forcePathStyle: true }),
    });
    return { client, bucket: to.bucket };
  }
  const endpoint = readEndpoint(to.data);
  if (!endpoint)
    throw new CommandError('NotFollowed', {
      what: `No npm start runs on the data directory ${to.data}.`,
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
