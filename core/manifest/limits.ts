/** How much a manifest may hold. */
export interface ManifestLimits {
  readonly bytes: number;
  /** Values after aliases are followed: a bomb of nested aliases multiplies them. */
  readonly values: number;
  readonly depth: number;
  readonly gateways: number;
  readonly targetsPerGateway: number;
  /** Problems told at once; past them a reader needs the first ones fixed more than the rest listed. */
  readonly problems: number;
}

/**
 * `gateways` and `targetsPerGateway` are the service's default quotas, which AWS raises on request; the others guard
 * the reader. 1 MB of manifest holds some 30,000 fields, so 200,000 values are reached by repetition only.
 */
export const defaultLimits: ManifestLimits = {
  bytes: 1024 * 1024,
  values: 200_000,
  depth: 64,
  gateways: 1000,
  targetsPerGateway: 100,
  problems: 200,
};
