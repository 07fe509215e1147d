import { addressOf } from '../address.ts';
import type { DesiredResource, DesiredState } from '../desired/desired.ts';
import { defaultLimits } from '../manifest/limits.ts';
import { matchesHost, type RegistrySource } from '../manifest/registrySources.ts';
import { defined } from '../objects.ts';
import { messageText, type Problem } from '../problem.ts';
import type { ServerAddress } from './serverAddress.ts';

/** The parts of an approved record that a target is made from. */
export interface ServerRecord {
  readonly recordId: string;
  readonly name: string;
  readonly version: string;
  /** Changes with the content, which may keep its version: the first digits of the record's fingerprint. */
  readonly revision: string;
  /** In ms since the epoch. */
  readonly createdAt: number;
  readonly address: ServerAddress;
}

/** One registry that one gateway imports targets from, with its approved records. */
export interface RegistryImport {
  readonly source: RegistrySource;
  readonly registryId: string;
  readonly records: readonly ServerRecord[];
}

export interface ImportedTargets {
  readonly targets: readonly DesiredResource[];
  /** One for each record that cannot become a target, with the reason and the remedy. */
  readonly warnings: readonly Problem[];
}

interface Ineligibility {
  readonly reason: string;
  readonly remedy: string;
}

const MAX_TARGETS = defaultLimits.entries.gatewayTarget ?? 100;
/** Of the API's TargetName. */
const MAX_NAME_LENGTH = 100;
/** A registry may hold thousands of records; the next reconciliation warns about further ones. */
const MAX_WARNINGS = 20;

/**
 * Makes targets of approved records. A record that cannot become a target gets a warning and does not affect others. Of
 * several records with one name the oldest gets the target: while it stays approved, no other record can replace a
 * target that agents use.
 */
export function importTargets(desired: DesiredState, imports: readonly RegistryImport[]): ImportedTargets {
  const results = imports.map((each) => new TargetImporter(desired, each).importAll());
  return {
    targets: results.flatMap(({ targets }) => targets),
    warnings: results.flatMap(({ warnings }) => warnings),
  };
}

/** @returns the name of a record's target: letters and digits of the record's name, joined by single hyphens */
export function targetName(recordName: string): string {
  return hyphenated(hyphenated(recordName).slice(0, MAX_NAME_LENGTH));
}

function hyphenated(text: string): string {
  return text.replaceAll(/[^0-9A-Za-z]+/g, '-').replaceAll(/^-|-$/g, '');
}

/** Imports the records of one registry as targets of one gateway. */
class TargetImporter {
  readonly #registryImport: RegistryImport;
  /** The owner of each used name, by lower-case name: people read names that differ in case only as one name. */
  readonly #usedNames: Map<string, string>;
  readonly #targets: DesiredResource[] = [];
  readonly #warnings: Problem[] = [];

  constructor({ resources }: DesiredState, registryImport: RegistryImport) {
    this.#registryImport = registryImport;
    const prefix = `${registryImport.source.gateway}/`;
    const declared = resources.filter(
      ({ kind, name }) => kind === 'gatewayTarget' && name.startsWith(prefix),
    );
    this.#usedNames = new Map(
      declared.map(({ name }) => [
        name.slice(prefix.length).toLowerCase(),
        'the target of this name in the manifest',
      ]),
    );
  }

  importAll(): ImportedTargets {
    const { records } = this.#registryImport;
    const oldestFirst = records.toSorted(
      (left, right) => left.createdAt - right.createdAt || (left.recordId < right.recordId ? -1 : 1),
    );
    for (const record of oldestFirst) this.#importRecord(record);
    const reported = this.#warnings.slice(0, MAX_WARNINGS);
    const omittedCount = this.#warnings.length - reported.length;
    if (omittedCount > 0)
      reported.push(this.#problem(`${omittedCount} more records cannot become targets either.`));
    return { targets: this.#targets, warnings: reported };
  }

  #importRecord(record: ServerRecord): void {
    const { name: recordName, recordId, address } = record;
    const name = targetName(recordName);
    const ineligibility = this.#ineligibility(name, address);
    if (ineligibility || 'reason' in address) {
      if (ineligibility) this.#warn(record, ineligibility);
      return;
    }
    this.#usedNames.set(
      name.toLowerCase(),
      `the older record ${sanitized(recordName)} (${sanitized(recordId)})`,
    );
    this.#targets.push(this.#target(name, address.endpoint, record));
  }

  /** @returns why a record cannot become a target of that name */
  #ineligibility(name: string, address: ServerAddress): Ineligibility | undefined {
    const { hosts } = this.#registryImport.source;
    if ('reason' in address) return { reason: `it ${address.reason}`, remedy: address.remedy };
    if (hosts && !hosts.some((host) => matchesHost(address.host, host))) {
      const remedy = 'Add it there if you trust its servers.';
      return { reason: `the host ${address.host.slice(0, 100)} is not among "hosts"`, remedy };
    }
    if (name === '') return { reason: 'its name has no letter or digit', remedy: 'Rename it.' };
    const nameOwner = this.#usedNames.get(name.toLowerCase());
    if (nameOwner !== undefined)
      return {
        reason: `the name "${name}" is taken by ${nameOwner}`,
        remedy: 'Rename or deprecate one of them.',
      };
    if (this.#usedNames.size >= MAX_TARGETS) {
      const reason = `the gateway has ${MAX_TARGETS} targets, the maximum of the service`;
      return { reason, remedy: 'Deprecate a record, or use a second gateway.' };
    }
    return undefined;
  }

  #target(name: string, endpoint: string, record: ServerRecord): DesiredResource {
    const { source } = this.#registryImport;
    const { gateway, config, references, owner, settings, location } = source;
    const targetName = `${gateway}/${name}`;
    return {
      address: addressOf('gatewayTarget', targetName),
      kind: 'gatewayTarget',
      name: targetName,
      config: {
        ...config,
        name,
        description: this.#description(record),
        targetConfiguration: { mcp: { mcpServer: { endpoint } } },
      },
      references,
      ...defined({ owner }),
      settings,
      location,
    };
  }

  /**
   * @returns the origin of a target. It contains the revision, so that an edited and again approved record is an update,
   * at which the service lists the tools again
   */
  #description({ name, recordId, version, revision }: ServerRecord): string {
    const { registryId } = this.#registryImport;
    // 50 + 12 + 30 + 8 + 16 characters and the words stay below the 200 of a description.
    return `From record ${sanitized(name).slice(0, 50)} (${recordId}), version ${sanitized(version).slice(0, 30)}, revision ${revision}, of registry ${registryId}`;
  }

  #warn({ name, recordId }: ServerRecord, { reason, remedy }: Ineligibility): void {
    const record = `The approved record ${sanitized(name).slice(0, 80)} (${sanitized(recordId)})`;
    this.#warnings.push(
      this.#problem(
        `${record} of registry ${this.#registryImport.registryId} is no target of this gateway: ${reason}. ${remedy}`,
      ),
    );
  }

  #problem(message: string): Problem {
    const { location, path } = this.#registryImport.source;
    return { severity: 'warning', ...location, path, message: messageText(message) };
  }
}

/** Replaces characters that the API's patterns do not allow in names and versions. */
function sanitized(text: string): string {
  return text.replaceAll(/[^0-9A-Za-z_./-]/g, '?');
}
