import { isDeepStrictEqual } from 'node:util';
import type { GivenGrants } from '../iam/callerGrants.ts';
import type { DocumentStore } from '../ports/specBucket.ts';
import { deploymentKey } from './keys.ts';
import { isAnything, type MemberChecks } from './memberChecks.ts';
import { type ReadableStore, StoredDocument } from './storedDocument.ts';
import { storedFormats } from './storedFormats.ts';

/** What a plan has to know of the deployment, which only its functions are told. */
interface DeploymentDocument {
  readonly grants: GivenGrants;
}

const checks: MemberChecks<DeploymentDocument> = { grants: isAnything };
const deploymentDocument = new StoredDocument<DeploymentDocument>(storedFormats.deployment, checks);

/** @returns what the deployment allows AgentCore to use; undefined where no poll has stored it */
export async function readGrants(bucket: ReadableStore): Promise<GivenGrants | undefined> {
  return (await deploymentDocument.readIfSupported(deploymentKey, bucket))?.grants;
}

/** Stores what the deployment allows, where the stored document says anything else. */
export async function storeGrants(
  grants: GivenGrants,
  bucket: ReadableStore & Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  if (isDeepStrictEqual(await readGrants(bucket), grants)) return;
  await deploymentDocument.write(deploymentKey, { grants }, bucket);
}
