import { S3Client } from '@aws-sdk/client-s3';
import { bucketPlace } from '../../core/deployedNames.ts';
import { embeddedCredentials, readEndpoint, runningEndpoint } from '../start/endpointFile.ts';

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
  const { s3, region, bucket } = runningEndpoint(to.data);
  const client = new S3Client({
    endpoint: s3,
    region,
    credentials: embeddedCredentials,
    forcePathStyle: true,
  });
  return { client, bucket };
}
