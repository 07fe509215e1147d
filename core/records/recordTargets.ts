import type { Desired, DesiredResource } from '../desired/desired.ts';
import { defaultLimits } from '../manifest/limits.ts';
import { type Problem, shortened } from '../manifest/problem.ts';
import type { RegistrySource } from '../manifest/registrySources.ts';
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
export interface Drawing {
  readonly source: RegistrySource;
  readonly registryId: string;
  readonly records: readonly ServerRecord[];
}

export interface RecordTargets {
  readonly targets: readonly DesiredResource[];
  /** One for each record that cannot become a target: why, and what to do. */
  readonly warnings: readonly Problem[];
}

interface Obstacle {
  readonly why: string;
  readonly remedy: string;
}

const MOST_TARGETS = defaultLimits.entries.gatewayTarget ?? 100;
/** Of the API's TargetName. */
const LONGEST_NAME = 100;
/** A registry may hold thousands of records; whoever corrects so many at once sees the rest at the next pass. */
const MOST_WARNINGS = 20;

/**
 * Makes targets of approved records. A record that cannot become one is told and stops nobody else. Of several records
 * for one name the oldest approved one has it: another record takes no target over that agents use as long as the older
 * one stays approved.
 */
export function recordTargets(desired: Desired, drawings: readonly Drawing[]): RecordTargets {
  const all = drawings.map((drawing) => new Draw(desired, drawing).result());
  return {
    targets: all.flatMap(({ targets }) => targets),
    warnings: all.flatMap(({ warnings }) => warnings),
  };
}

/** @returns the name of a record's target: letters and digits of the record's name, joined by single hyphens */
export function targetName(recordName: string): string {
  return hyphenated(hyphenated(recordName).slice(0, LONGEST_NAME));
}

function hyphenated(text: string): string {
  return text.replaceAll(/[^0-9A-Za-z]+/g, '-').replaceAll(/^-|-$/g, '');
}

/** The records of one registry on their way to one gateway. */
class Draw {
  readonly #drawing: Drawing;
  /** By lower-case name: names that differ in case only are one name to people. */
  readonly #taken: Map<string, string>;
  readonly #targets: DesiredResource[] = [];
  readonly #warnings: Problem[] = [];

  constructor({ resources }: Desired, drawing: Drawing) {
    this.#drawing = drawing;
    const prefix = `${drawing.source.gateway}/`;
    const own = resources.filter(({ kind, name }) => kind === 'gatewayTarget' && name.startsWith(prefix));
    this.#taken = new Map(
      own.map(({ name }) => [
        name.slice(prefix.length).toLowerCase(),
        'the target of this name in the manifest',
      ]),
    );
  }

  result(): RecordTargets {
    const { records } = this.#drawing;
    const inOrder = records.toSorted(
      (left, right) => left.createdAt - right.createdAt || (left.recordId < right.recordId ? -1 : 1),
    );
    for (const record of inOrder) this.#take(record);
    const told = this.#warnings.slice(0, MOST_WARNINGS);
    const untold = this.#warnings.length - told.length;
    if (untold > 0) told.push(this.#problem(`${untold} more records cannot become targets either.`));
    return { targets: this.#targets, warnings: told };
  }

  #take(record: ServerRecord): void {
    const { name: recordName, recordId, address } = record;
    const name = targetName(recordName);
    const obstacle = this.#obstacle(name, address);
    if (obstacle || 'fault' in address) {
      if (obstacle) this.#warn(record, obstacle);
      return;
    }
    this.#taken.set(name.toLowerCase(), `the older record ${plainly(recordName)} (${plainly(recordId)})`);
    this.#targets.push(this.#target(name, address.endpoint, record));
  }

  /** @returns what keeps a record from becoming a target of that name */
  #obstacle(name: string, address: ServerAddress): Obstacle | undefined {
    const { hosts } = this.#drawing.source;
    if ('fault' in address) return { why: `it ${address.fault}`, remedy: address.remedy };
    if (hosts && !hosts.some((host) => isBelow(address.host, host))) {
      const remedy = 'Add it there if its servers are to be trusted.';
      return { why: `the host ${address.host.slice(0, 100)} is not among "hosts"`, remedy };
    }
    if (name === '') return { why: 'its name has no letter or digit', remedy: 'Rename it.' };
    const holder = this.#taken.get(name.toLowerCase());
    if (holder !== undefined)
      return { why: `the name "${name}" is taken by ${holder}`, remedy: 'Rename or deprecate one of them.' };
    if (this.#taken.size >= MOST_TARGETS) {
      const why = `the gateway has ${MOST_TARGETS} targets, which is what the service allows`;
      return { why, remedy: 'Deprecate a record, or use a second gateway.' };
    }
    return undefined;
  }

  #target(name: string, endpoint: string, record: ServerRecord): DesiredResource {
    const { source } = this.#drawing;
    const { gateway, config, references, owner, settings, place } = source;
    return {
      kind: 'gatewayTarget',
      name: `${gateway}/${name}`,
      config: {
        ...config,
        name,
        description: this.#description(record),
        targetConfiguration: { mcp: { mcpServer: { endpoint } } },
      },
      references,
      ...(owner && { owner }),
      settings,
      place,
    };
  }

  /**
   * Says where a target is from. The version is in it so that an edited record that is approved again is an update,
   * with which the service lists the tools anew.
   */
  #description({ name, recordId, version }: ServerRecord): string {
    const { registryId } = this.#drawing;
    // 60 + 12 + 40 + 16 characters and the words stay below the 200 that a description may have.
    return `From record ${plainly(name).slice(0, 60)} (${recordId}), version ${plainly(version).slice(0, 40)}, of registry ${registryId}`;
  }

  #warn({ name, recordId }: ServerRecord, { why, remedy }: Obstacle): void {
    const record = `The approved record ${plainly(name).slice(0, 80)} (${plainly(recordId)})`;
    this.#warnings.push(
      this.#problem(
        `${record} of registry ${this.#drawing.registryId} is no target of this gateway: ${why}. ${remedy}`,
      ),
    );
  }

  #problem(message: string): Problem {
    const { place, path } = this.#drawing.source;
    return { severity: 'warning', ...place, path, message: shortened(message) };
  }
}

/** Names and versions are of these characters by the API's own patterns; that nothing else passes is made sure of here. */
function plainly(text: string): string {
  return text.replaceAll(/[^0-9A-Za-z_./-]/g, '?');
}

/** @param pattern a host name, or `*.` and one that it must end in */
function isBelow(host: string, pattern: string): boolean {
  const name = pattern.toLowerCase();
  return name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;
}
