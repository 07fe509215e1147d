import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { OutcomeDocument } from '../../core/storage/outcomeDocument.ts';

/** What Gateloop made for a workspace and has not deleted. */
export interface MadeResources {
  readonly workspace: string;
  readonly addresses: readonly string[];
}

const OUTCOMES = 'outcomes/';

/** Reads from the outcomes in a spec bucket what would be left behind in AgentCore. */
export async function madeResources(Bucket: string, s3: S3Client): Promise<MadeResources[]> {
  const made: MadeResources[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix: OUTCOMES,
        // What stands in folders below is about progress, and records of registries.
        Delimiter: '/',
        ...(ContinuationToken && { ContinuationToken }),
      }),
    );
    for (const { Key = '' } of page.Contents ?? []) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      // The notify step wrote it.
      const { workspace, applied }: Partial<OutcomeDocument> = JSON.parse(
        (await Body?.transformToString()) ?? '{}',
      );
      const addresses = Object.keys(applied ?? {});
      if (workspace !== undefined && addresses.length > 0) made.push({ workspace, addresses });
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return made;
}
