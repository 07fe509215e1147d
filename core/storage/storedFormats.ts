import { isJsonObject } from '../json.ts';

/**
 * What becomes of stored data in another format than the one that this version reads. `rebuilt`: it counts as absent, and a
 * later step writes it anew. `kept`: nothing can rebuild it, so that Gateloop leaves it as it is, tells of it, and does nothing
 * about what it concerns until the version that wrote it is back.
 */
export type OtherFormat = 'rebuilt' | 'kept';

export interface StoredFormat {
  /** To be raised when a member changes its name or its meaning; a new member that may be absent needs no new format. */
  readonly format: number;
  readonly other: OtherFormat;
  /** For deployments and documents: what the data is, in the plural or as a mass noun. */
  readonly label: string;
}

/** Everything that Gateloop stores and reads again, with the format that this version writes and reads. */
export const storedFormats = {
  ledger: { format: 1, other: 'kept', label: 'items of the ledger' },
  outcome: { format: 1, other: 'rebuilt', label: 'outcomes' },
  progress: { format: 1, other: 'rebuilt', label: 'progress' },
  parsedUpload: { format: 1, other: 'rebuilt', label: 'parsed uploads' },
  schemaReading: { format: 1, other: 'rebuilt', label: 'readings of schemas' },
  schemaFiles: { format: 1, other: 'rebuilt', label: 'digests of schema files' },
  deployment: { format: 1, other: 'rebuilt', label: 'settings of the deployment' },
  registryRecords: { format: 2, other: 'rebuilt', label: 'records of registries' },
  approvedRecord: { format: 2, other: 'kept', label: 'records that were approved last' },
  approvedRevision: { format: 1, other: 'kept', label: 'copies of approved records' },
  toolContract: { format: 1, other: 'rebuilt', label: 'tool contracts' },
  toolChanges: { format: 1, other: 'rebuilt', label: 'changes of tools that wait for a yes' },
  toolList: { format: 1, other: 'rebuilt', label: 'lists of tools' },
  deletions: { format: 1, other: 'rebuilt', label: 'deletions that wait for a yes' },
  canaryReport: { format: 1, other: 'rebuilt', label: 'reports of canaries' },
  requestDetails: { format: 1, other: 'rebuilt', label: 'details of requests' },
} as const satisfies Readonly<Record<string, StoredFormat>>;

const rows: Readonly<Record<string, StoredFormat>> = storedFormats;

/** The output of a deployment's stack that holds `formatsText`. */
export const FORMATS_OUTPUT = 'StoredFormats';

/** @returns the formats as a deployment states them, such as `{"ledger":1,"outcome":1}` */
export function formatsText(): string {
  return JSON.stringify(Object.fromEntries(Object.entries(rows).map(([name, { format }]) => [name, format])));
}

/**
 * Compares the formats of what a deployed version stored with those of this one.
 *
 * @param deployed what `formatsText` of the deployed version returned; undefined for a version that stated none
 * @returns one sentence for each kind of data that this version cannot carry over
 */
export function formatDifferences(deployed: string | undefined): string[] {
  const stored = readFormats(deployed);
  if (!stored)
    return [
      'The deployed version does not state the formats of what it stored: compare both versions in docs/upgrade.md.',
    ];
  return Object.entries(rows).flatMap(([name, { format, other, label }]) => {
    const found = stored[name];
    if (found === undefined || found === format) return [];
    const both = `The deployed version stores ${label} in format ${found}, and this one reads format ${format}`;
    return [
      other === 'rebuilt'
        ? `${both}: it takes them for absent, and writes them anew.`
        : `${both}: it leaves them as they are, and does nothing about what they concern. Deploy a version that reads format ${found}.`,
    ];
  });
}

/** @returns undefined where the text is none that `formatsText` writes */
function readFormats(text = ''): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
