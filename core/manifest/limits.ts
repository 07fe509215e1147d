import type { KindName } from '../resources/resourceKind.ts';
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
 * `entries` are the service's default quotas, which AWS raises on request. The others protect the parser: a manifest of
 * 1 MB has about 30,000 fields in as many lines, and 90,000 keys, values and signs.
 */
export const defaultLimits: ManifestLimits = {
  bytes: 1024 * 1024,
  tokens: 250_000,
  lines: 250_000,
  values: 200_000,
  depth: 64,
  entries: {
    gateway: 1000,
    gatewayTarget: 100,
    agentRuntimeEndpoint: 10,
    // The quotas of runtimes hold for harnesses, too.
    harnessEndpoint: 10,
    oauth2CredentialProvider: 50,
    apiKeyCredentialProvider: 50,
    registry: 5,
  },
  problems: 200,
};
