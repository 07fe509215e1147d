import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the SHA-256 over the names and contents of a directory's files, in lower-case hex */
export function directoryDigest(directory: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
    .sort();
  for (const file of files) {
    const content = createHash('sha256')
      .update(readFileSync(join(directory, file)))
      .digest('hex');
    hash.update(`${content}  ${file.replaceAll('\\', '/')}\n`);
  }
  return hash.digest('hex');
}

/** The source of a release. */
export interface Release {
  readonly name: string;
  readonly version: string;
  /** The full commit id. */
  readonly commit: string;
  /** The time of the commit, in ISO 8601. */
  readonly committedAt: string;
}

interface Sbom {
  readonly metadata: Readonly<Record<string, unknown>> & {
    readonly component: Readonly<Record<string, unknown>>;
  };
  readonly [member: string]: unknown;
}

/**
 * Writes name, version and commit of a release into npm's CycloneDX document. npm names the component after the directory, and adds
 * a random serial number and the current time. Both would differ between two builds of one release: this removes the number and
 * uses the time of the commit.
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
