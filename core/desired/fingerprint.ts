import type { JsonObject } from '../json.ts';
import { canonicalJson, sha256 } from '../schemas/canonicalJson.ts';

/**
 * @param config a resource's desired configuration; since its schema is named by content, the schema counts too
 * @returns the SHA-256 of the configuration as canonical JSON, in lower-case hex: order and spelling do not change it
 */
export function fingerprint(config: JsonObject): string {
  return sha256(canonicalJson(config));
}
