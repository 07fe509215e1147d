/** What a release is made from. */
export interface Release {
  readonly name: string;
  readonly version: string;
  /** The commit, in full. */
  readonly commit: string;
  /** When it was committed, in ISO 8601. */
  readonly committedAt: string;
}

interface Sbom {
  readonly metadata: Readonly<Record<string, unknown>> & {
    readonly component: Readonly<Record<string, unknown>>;
  };
  readonly [member: string]: unknown;
}

/**
 * Says in npm's CycloneDX document which release it is of. npm names the component after the folder, and gives time and
 * number of the moment; both would differ at every look at the same release, so that the commit's take their place.
 */
export function stampSbom(sbom: Sbom, { name, version, commit, committedAt }: Release): object {
  const { serialNumber: _, metadata, ...rest } = sbom;
  const property = { name: 'gateloop:commit', value: commit };
  return {
    ...rest,
    metadata: {
      ...metadata,
      timestamp: committedAt,
      component: { ...metadata.component, name, version, properties: [property] },
    },
  };
}
