import type { Clock } from '../simulation/clock.ts';
import type { Store } from '../simulation/store.ts';
import type { Table } from '../simulation/table.ts';
import type { JobQueue } from './jobQueue.ts';
import type { Behaviors } from './settings/behaviors.ts';
import type { Faults } from './settings/faults.ts';
import { type Latencies, sampleLatency } from './settings/latencies.ts';
import type { Quotas } from './settings/quotas.ts';
import type { Random } from './settings/random.ts';

/** A change of a resource's status, for displays and tests. */
export interface ResourceChange {
  /** Milliseconds since the epoch, simulated time. */
  readonly at: number;
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  /** Absent when the resource was deleted. */
  readonly status?: string;
  readonly reasons?: readonly string[];
  /** The gateway of a target, the registry of a record. */
  readonly parentId?: string;
}

/** The settings that can change while the emulator runs. */
export interface Settings {
  behaviors: Behaviors;
  quotas: Quotas;
  latencies: Latencies;
}

/** The state and services that all emulated operations share. */
export interface EmulatorContext {
  readonly clock: Clock;
  readonly store: Store;
  readonly account: string;
  readonly region: string;
  readonly settings: Settings;
  readonly faults: Faults;
  readonly jobQueue: JobQueue;
  readonly random: { readonly ids: Random; readonly latencies: Random };
  /** The emulator's address, known once the server listens. */
  url(): string;
  /** Opens a table in the store. `reset` empties it. */
  table<T>(name: string): Table<T>;
  notifyChange(change: Omit<ResourceChange, 'at'>): void;
}

/** How many times as long a `slow` fault makes an operation that names no factor. */
const DEFAULT_SLOW_FACTOR = 10;

const HEXADECIMAL = '0123456789abcdef';
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const ALPHANUMERIC = `abcdefghijklmnopqrstuvwxyz${UPPER}`;

/** The formats of the service's identifiers, from the patterns in the service model. */
export const ID_FORMATS = {
  gateway: (name: string, random: Random) => `${name.toLowerCase()}-${random.text(10, LOWER)}`,
  target: (_name: string, random: Random) => random.text(10, UPPER),
  agentRuntime: (name: string, random: Random) => `${name}-${random.text(10, ALPHANUMERIC)}`,
  harness: (name: string, random: Random) => `${name}-${random.text(10, ALPHANUMERIC)}`,
  registry: (_name: string, random: Random) => random.text(16, ALPHANUMERIC),
  registryRecord: (_name: string, random: Random) => random.text(12, ALPHANUMERIC),
  policy: (name: string, random: Random) => `${name}-${random.text(10, LOWER)}`,
  rateLimit: (_name: string, random: Random) => random.text(12, LOWER),
  uuid: (_name: string, random: Random) =>
    [8, 4, 4, 4, 12].map((length) => random.text(length, HEXADECIMAL)).join('-'),
} as const;

/** Generates ids until one is free: a restart with the same seed can generate an id that exists. */
export function unusedId(
  context: EmulatorContext,
  format: keyof typeof ID_FORMATS,
  name: string,
  isTaken: (id: string) => boolean,
): string {
  let id: string;
  do id = ID_FORMATS[format](name, context.random.ids);
  while (isTaken(id));
  return id;
}

/** An id for an operation in progress or a queued event; responses never contain it. */
export function newInternalId(context: EmulatorContext): string {
  return context.random.ids.text(16, LOWER);
}

/** @param path such as `gateway/payments-abcdefghij` */
export function arn(context: EmulatorContext, path: string, service = 'bedrock-agentcore'): string {
  return `arn:aws:${service}:${context.region}:${context.account}:${path}`;
}

/**
 * The duration of an operation on this resource in simulated milliseconds, with `slow` faults applied.
 * @param variant selects a latency of its own, see `Latencies`
 */
export function operationDuration(
  context: EmulatorContext,
  operation: string,
  resource: string,
  variant?: string,
): number {
  const { latencies } = context.settings;
  const latency = latencies[`${operation}/${variant}`] ?? latencies[operation];
  const sampled = latency ? sampleLatency(latency, context.random.latencies) : 0;
  const slow = context.faults.match(['slow'], { operation, resource });
  return slow ? sampled * (slow.factor ?? DEFAULT_SLOW_FACTOR) : sampled;
}
