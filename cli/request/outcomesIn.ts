import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { outcomeKey, prefixes } from '../../core/storage/keys.ts';

/** @returns the names of the workspaces that Gateloop has published an outcome of */
export async function outcomesIn(client: S3Client, bucket: string): Promise<string[]> {
  const workspaces: string[] = [];
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefixes.outcomes });
  for await (const { Contents = [] } of pages)
    for (const { Key = '' } of Contents) {
      const [, workspace] = /^[^/]+\/([^/]+)\.json$/.exec(Key) ?? [];
      if (workspace !== undefined && Key === outcomeKey(workspace)) workspaces.push(workspace);
    }
  return workspaces;
}
