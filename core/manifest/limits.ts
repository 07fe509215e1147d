import type { KindName } from '../resources/resourceKind.ts';

/** How much a YAML file may hold. */
export interface YamlLimits {
  readonly bytes: number;
  /** Values after aliases are followed: a bomb of nested aliases multiplies them. */
  readonly values: number;
  readonly depth: number;
}

/** How much a manifest may hold. */
export interface ManifestLimits extends YamlLimits {
  /** Entries of one section: all gateways of a manifest, the targets of one gateway. */
  readonly entries: Readonly<Partial<Record<KindName, number>>>;
  /** Problems told at once; past them a reader needs the first ones fixed more than the rest listed. */
  readonly problems: number;
}

/**
 * `entries` are the service's default quotas, which AWS raises on request; the others guard
 * the reader. 1 MB of manifest holds some 30,000 fields, so 200,000 values are reached by repetition only.
 */
export const defaultLimits: ManifestLimits = {
  bytes: 1024 * 1024,
  values: 200_000,
  depth: 64,
  entries: { gateway: 1000, gatewayTarget: 100, oauth2CredentialProvider: 50, registry: 5 },
  problems: 200,
};
