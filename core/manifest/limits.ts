import type { KindName } from '../resources/resourceKind.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import type { TextBounds } from '../textBounds.ts';

/** The limits of a YAML file. */
export interface YamlLimits extends TextBounds {
  readonly bytes: number;
  /** The library keeps an object for each line break and each comment, whatever the lines hold. */
  readonly lines: number;
  /** Values after aliases are expanded; nested aliases (a "billion laughs" file) multiply them. */
  readonly values: number;
}

/** The limits of a manifest. */
export interface ManifestLimits extends YamlLimits {
  /** Entries per section: all gateways of a manifest, or the targets of one gateway. */
  readonly entries: Readonly<Partial<Record<KindName, number>>>;
  /** Problems reported at once. */
  readonly problems: number;
}

/**
 * Each is from "Quotas for Amazon Bedrock AgentCore" of the developer guide, as of 2026-09-26. That page has no number for rules
 * and rate limits of a gateway, evaluators, payment managers, consent portals, datasets and records of a registry: no manifest is refused for theirs.
 */
const publishedQuotas: Readonly<Partial<Record<KindName, number>>> = Object.fromEntries(
  Object.values(resourceKinds).flatMap(({ kind, quota }) => (quota === undefined ? [] : [[kind, quota]])),
);

/**
 * The others than `entries` protect the parser: a manifest of 1 MB has about 30,000 fields in as many lines, and 90,000 keys,
 * values and signs.
 */
export const defaultLimits: ManifestLimits = {
  bytes: 1024 * 1024,
  tokens: 250_000,
  lines: 250_000,
  values: 200_000,
  depth: 64,
  entries: publishedQuotas,
  problems: 200,
};
