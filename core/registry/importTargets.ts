import { addressOf } from '../address.ts';
import type { DesiredResource, DesiredState } from '../desired/desired.ts';
import { defaultLimits } from '../manifest/limits.ts';
import type { RegistrySource } from '../manifest/registrySources.ts';
import { type Problem, truncateMessage } from '../problem.ts';
import type { ServerAddress } from './serverAddress.ts';

/** An approved record of a registry, as far as a target is made from it. */
export interface ServerRecord {
  readonly recordId: string;
  readonly name: string;
  readonly version: string;
  /** In ms since the epoch. */
  readonly createdAt: number;
  readonly address: ServerAddress;
}

/** What one gateway draws from: its source, the registry's id, and the registry's approved records. */
export interface RegistryImport {
  readonly source: RegistrySource;
  readonly registryId: string;
  readonly records: readonly ServerRecord[];
}

export interface ImportedTargets {
  readonly targets: readonly DesiredResource[];
  /** One for each record that cannot become a target: why, and what to do. */
  readonly warnings: readonly Problem[];
}

interface Ineligibility {
  readonly reason: string;
  readonly remedy: string;
}

const MAX_TARGETS = defaultLimits.entries.gatewayTarget ?? 100;
/** Of the API's TargetName. */
const MAX_NAME_LENGTH = 100;
/** A registry may hold thousands of records; whoever corrects so many at once sees the rest at the next pass. */
const MAX_WARNINGS = 20;

/**
 * Makes targets of approved records. A record that cannot become one is told and stops nobody else. Of several records
 * for one name the oldest approved one has it: another record takes no target over that agents use as long as the older
 * one stays approved.
 */
export function importTargets(desired: DesiredState, imports: readonly RegistryImport[]): ImportedTargets {
  const results = imports.map((drawing) => new TargetImporter(desired, drawing).importAll());
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

/** The records of one registry on their way to one gateway. */
class TargetImporter {
  readonly #registryImport: RegistryImport;
  /** By lower-case name: names that differ in case only are one name to people. */
  readonly #usedNames: Map<string, string>;
  readonly #targets: DesiredResource[] = [];
  readonly #warnings: Problem[] = [];

  constructor({ resources }: DesiredState, drawing: RegistryImport) {
    this.#registryImport = drawing;
    const prefix = `${drawing.source.gateway}/`;
    const own = resources.filter(({ kind, name }) => kind === 'gatewayTarget' && name.startsWith(prefix));
    this.#usedNames = new Map(
      own.map(({ name }) => [
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

  /** @returns what keeps a record from becoming a target of that name */
  #ineligibility(name: string, address: ServerAddress): Ineligibility | undefined {
    const { hosts } = this.#registryImport.source;
    if ('reason' in address) return { reason: `it ${address.reason}`, remedy: address.remedy };
    if (hosts && !hosts.some((host) => matchesHost(address.host, host))) {
      const remedy = 'Add it there if its servers are to be trusted.';
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
      const why = `the gateway has ${MAX_TARGETS} targets, which is what the service allows`;
      return { reason: why, remedy: 'Deprecate a record, or use a second gateway.' };
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
      ...(owner && { owner }),
      settings,
      place: location,
    };
  }

  /**
   * Says where a target is from. The version is in it so that an edited record that is approved again is an update,
   * with which the service lists the tools anew.
   */
  #description({ name, recordId, version }: ServerRecord): string {
    const { registryId } = this.#registryImport;
    // 60 + 12 + 40 + 16 characters and the words stay below the 200 that a description may have.
    return `From record ${sanitized(name).slice(0, 60)} (${recordId}), version ${sanitized(version).slice(0, 40)}, of registry ${registryId}`;
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
    return { severity: 'warning', ...location, path, message: truncateMessage(message) };
  }
}

/** Names and versions are of these characters by the API's own patterns; that nothing else passes is made sure of here. */
function sanitized(text: string): string {
  return text.replaceAll(/[^0-9A-Za-z_./-]/g, '?');
}

/** @param pattern a host name, or `*.` and one that it must end in */
function matchesHost(host: string, pattern: string): boolean {
  const name = pattern.toLowerCase();
  return name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;
}
