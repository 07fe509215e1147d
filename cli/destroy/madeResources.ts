import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { prefixes } from '../../core/storage/keys.ts';
import { outcomeDocument } from '../../core/storage/outcomeDocument.ts';

/** What Gateloop made for a workspace and has not deleted. */
export interface MadeResources {
  readonly workspace: string;
  readonly addresses: readonly string[];
}

/** Reads from the outcomes in a spec bucket what would be left behind in AgentCore. */
export async function madeResources(Bucket: string, s3: S3Client): Promise<MadeResources[]> {
  const made: MadeResources[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix: prefixes.outcomes,
        // What stands in folders below is about progress, and records of registries.
        Delimiter: '/',
        ...(ContinuationToken && { ContinuationToken }),
      }),
    );
    for (const { Key = '' } of page.Contents ?? []) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const stored: unknown = JSON.parse((await Body?.transformToString()) ?? 'null');
      const { workspace, applied } = outcomeDocument.parse(Key, stored);
      const addresses = Object.keys(applied);
      if (addresses.length > 0) made.push({ workspace, addresses });
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return made;
}
