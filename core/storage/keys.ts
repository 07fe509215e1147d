import type { Address } from '../address.ts';
import type { RecordId } from '../ports/registryRecords.ts';

/**
 * The top-level folders of the spec bucket. Permissions, event patterns and lifecycle rules name them as well as keys
 * do. Teams write below `uploads` only.
 */
export const prefixes = {
  /** The workspaces as teams upload them: `workspaces/<workspace>/<path>`. */
  uploads: 'workspaces/',
  /** Immutable copies of schemas and configurations, named by their SHA-256. */
  applied: 'applied/',
  /** What one step stores for other steps. */
  desired: 'desired/',
  /** What people decide about, named by its digest: the pages read it. The collection deletes it after a year. */
  requestDetails: 'desired/requests/',
  /** Parsed uploads, and what was read of their schemas. Both can be read again, so the deployment lets them expire. */
  parsed: 'desired/parsed/',
  /** What Gateloop applied, as far as a later change is compared with it. */
  contracts: 'desired/contracts/',
  /** The records of registries, as they were read last. */
  registries: 'desired/registries/',
  /** How the tools of targets would change: one step stores it for the step that asks or tells a person. */
  toolChanges: 'desired/changes/',
  /** What a person is asked to let go: one step stores it for the step that asks. */
  deletions: 'desired/deletions/',
  /** Lists of tools that MCP endpoints gave out, one object for each list. */
  toolLists: 'desired/tools/',
  /** What people and tools read: outcomes and progress; and the records that were approved last. */
  outcomes: 'outcomes/',
  /** How far the present reconciliation of each workspace has come. */
  progress: 'outcomes/progress/',
  /** The guardrails of each workspace, as its last upload was checked against them. */
  checkedGuardrails: 'outcomes/guardrails/',
  /** The revisions of registry records that were approved, and which of them was approved last. */
  approvedRecords: 'outcomes/records/',
} as const;

/**
 * The key of the operators' guardrails. It lies outside every prefix, so that no right to a folder covers it, and the
 * bucket's policy denies everyone but the operators to write it.
 */
export const GUARDRAILS_KEY = 'guardrails.yaml';

/** The key of what the deployment allows AgentCore to use, for plans. */
export const deploymentKey = `${prefixes.desired}deployment.json`;

/** @returns the prefix of all files that a team uploads to a workspace */
export function uploadPrefix(workspace: string): string {
  return `${prefixes.uploads}${workspace}/`;
}

/** @returns the key of the immutable copy with this hash */
export function appliedKey(sha256: string): string {
  return prefixes.applied + sha256;
}

/** To be raised when Gateloop reads manifests or schemas differently, so that it parses every upload again. */
const PARSER_VERSION = 9;

/** @returns the key of the parsed state of one revision */
export function desiredKey(workspace: string, revision: string): string {
  return `${prefixes.parsed}${workspace}/${revision}.${PARSER_VERSION}.json`;
}

/**
 * @param digest of the schema file and of what it is read for
 * @returns the key of what poll has read of a schema file. It lies below the workspace: who guesses the digest of another
 * workspace's file learns nothing, and no upload decides what another workspace reads.
 */
export function schemaReadingKey(workspace: string, digest: string): string {
  return `${prefixes.parsed}${workspace}/schemas/${digest}.${PARSER_VERSION}.json`;
}

/** @returns the key of the digests of a workspace's schema files */
export function schemaFilesKey(workspace: string): string {
  return `${prefixes.parsed}${workspace}/schemas.json`;
}

/** @returns the prefix of the contracts of all configurations of a workspace */
export function contractPrefix(workspace: string): string {
  return `${prefixes.contracts}${workspace}/`;
}

/** @param configuration the fingerprint of the configuration with its references still in it */
export function contractKey(workspace: string, configuration: string): string {
  return `${contractPrefix(workspace)}${configuration}.json`;
}

/** @returns the key of how a configuration would change the tools of a target */
export function toolChangesKey(workspace: string, address: Address, configuration: string): string {
  return `${prefixes.toolChanges}${workspace}/${address}/${configuration}.json`;
}

/** @returns the key of everything that the answer to a request covers */
export function requestDetailsKey(digest: string): string {
  return `${prefixes.requestDetails}${digest}.json`;
}

/** @returns the key of the deletions that a person is asked about */
export function deletionsKey(workspace: string, fingerprint: string): string {
  return `${prefixes.deletions}${workspace}/${fingerprint}.json`;
}

/** @returns the key of a list of tools that an MCP endpoint gave out for a target */
export function toolListKey(workspace: string, address: Address, digest: string): string {
  return `${prefixes.toolLists}${workspace}/${address}/${digest}.json`;
}

/** @returns the key of the records that a registry held when it was read last; it does not expire */
export function registryRecordsKey(workspace: string, registryId: string): string {
  return `${prefixes.registries}${workspace}/${registryId}.json`;
}

/** @returns the key of what a workspace tells those that take new versions of schemas after it; it does not expire */
export function canaryReportKey(workspace: string): string {
  return `${prefixes.desired}rollouts/${workspace}.json`;
}

/** @returns the key of the last outcome of a workspace, which people and tools read */
export function outcomeKey(workspace: string): string {
  return `${prefixes.outcomes}${workspace}.json`;
}

/** @returns the key of the progress of the present reconciliation of a workspace */
export function progressKey(workspace: string): string {
  return `${prefixes.progress}${workspace}.json`;
}

/** @returns the key of the guardrails of one workspace, as the last parsed upload was checked against them */
export function workspaceGuardrailsKey(workspace: string): string {
  return `${prefixes.checkedGuardrails}${workspace}.json`;
}

/** @returns the key of a revision of a registry's record that was approved, which is never changed */
export function approvedRevisionKey({ registryId, recordId }: RecordId, fingerprint: string): string {
  return `${prefixes.approvedRecords}${registryId}/${recordId}/${fingerprint}.json`;
}

/** @returns the key of which revision of a registry's record was approved last */
export function approvedRecordKey({ registryId, recordId }: RecordId): string {
  return `${prefixes.approvedRecords}${registryId}/${recordId}.json`;
}
