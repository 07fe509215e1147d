import { createHash } from 'node:crypto';
import { GateloopError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { SpecBucket } from '../ports/specBucket.ts';
import { appliedKey } from './keys.ts';

const DAY = 86_400_000;

/** A copy that is older is stored again when something needs it for the first time, in ms. */
export const RENEWAL_AGE = 30 * DAY;

/**
 * A copy, a tool contract or a list of tools may be deleted at this age, if neither the ledger nor an outcome names it, in ms. What else names copies are readings of
 * schemas and parsed uploads, which expire after 30 days (S3 takes up to two more), and a parsed upload may come from a reading of its last day: a
 * copy that one of them names is at most 30 + 32 + 32 = 94 days old. The rest is for whoever pauses a deployment.
 */
export const COLLECTION_AGE = 180 * DAY;

/** A reading or a parsed upload of this age, in ms, should have expired: where no lifecycle rule is at work, it still names copies. */
export const PARSED_OVERDUE = 40 * DAY;

type CopyReader = Pick<SpecBucket, 'readApplied' | 'noteFault'>;

/** @returns whether the bytes are those that the copy is named after */
export function isAppliedCopy(sha256: string, bytes: Uint8Array): boolean {
  return createHash('sha256').update(bytes).digest('hex') === sha256;
}

/**
 * Reads an immutable copy.
 *
 * @param sha256 the name of the copy: the SHA-256 of its bytes
 * @returns undefined where there is no copy, or another client has changed it; the store is told of that
 */
export async function readAppliedCopy(sha256: string, bucket: CopyReader): Promise<Uint8Array | undefined> {
  const bytes = await bucket.readApplied(sha256);
  if (!bytes || isAppliedCopy(sha256, bytes)) return bytes;
  bucket.noteFault?.({ place: `bucket: ${appliedKey(sha256)}`, problem: CHANGED });
  return undefined;
}

const CHANGED =
  'Another client has changed it: its content is not what its name says. Gateloop does not use it, and writes it anew with the next upload of the same content; the bucket keeps its earlier versions. To have it back at once, restore its first version.';

/**
 * @param fingerprint the name of the copy: the SHA-256 of the configuration's canonical form
 * @returns a configuration that Gateloop applied; undefined where there is no copy of it that can be read
 */
export async function readAppliedConfiguration(
  fingerprint: string,
  bucket: CopyReader,
): Promise<JsonObject | undefined> {
  const bytes = await readAppliedCopy(fingerprint, bucket);
  if (!bytes) return undefined;
  const config = parseJson(new TextDecoder().decode(bytes));
  if (isJsonObject(config)) return config;
  const message = `The applied copy ${fingerprint} is not a configuration. Deploy the version of Gateloop that wrote it.`;
  throw new GateloopError('UnsupportedFormat', message, { details: { fingerprint } });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
