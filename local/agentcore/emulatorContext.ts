import type { Clock } from '../simulation/clock.ts';
import type { Store, Table } from '../simulation/store.ts';
import type { JobQueue } from './jobQueue.ts';
import type { Behaviors } from './settings/behaviors.ts';
import type { Faults } from './settings/faults.ts';
import { type Latencies, sampleLatency } from './settings/latencies.ts';
import type { Quotas } from './settings/quotas.ts';
import type { Random } from './settings/random.ts';

/** A change of a resource's state, for displays and tests. */
export interface ResourceChange {
  /** Simulated time. */
  readonly at: number;
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  /** Absent when the resource is gone. */
  readonly status?: string;
  readonly reasons?: readonly string[];
  /** The gateway of a target, the registry of a record. */
  readonly parentId?: string;
}

/** What can be changed while the emulator runs. */
export interface Settings {
  behaviors: Behaviors;
  quotas: Quotas;
  latencies: Latencies;
}

/** Everything that the emulated operations share. */
export interface EmulatorContext {
  readonly clock: Clock;
  readonly store: Store;
  readonly account: string;
  readonly region: string;
  readonly settings: Settings;
  readonly faults: Faults;
  readonly jobQueue: JobQueue;
  readonly random: { readonly ids: Random; readonly latencies: Random };
  /** The emulator's own address, known once it listens. */
  url(): string;
  /** A table of the emulator's own, which `reset` empties. */
  table<T>(name: string): Table<T>;
  notifyChange(change: Omit<ResourceChange, 'at'>): void;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const ANY = `abcdefghijklmnopqrstuvwxyz${UPPER}`;

/** The forms of the service's identifiers, by the patterns of its model. */
export const ID_FORMATS = {
  gateway: (name: string, random: Random) => `${name.toLowerCase()}-${random.text(10, LOWER)}`,
  target: (_name: string, random: Random) => random.text(10, UPPER),
  agentRuntime: (name: string, random: Random) => `${name}-${random.text(10, ANY)}`,
  harness: (name: string, random: Random) => `${name}-${random.text(10, ANY)}`,
  registry: (_name: string, random: Random) => random.text(16, ANY),
  registryRecord: (_name: string, random: Random) => random.text(12, ANY),
} as const;

/** Draws ids until one is free; a seed that is used again after a restart may draw one that is not. */
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

/** An unguessable-looking text that names one operation on one resource. */
export function newTicket(context: EmulatorContext): string {
  return context.random.ids.text(16, LOWER);
}

/** @param path such as `gateway/payments-abcdefghij` */
export function arn(context: EmulatorContext, path: string): string {
  return `arn:aws:bedrock-agentcore:${context.region}:${context.account}:${path}`;
}

/** How long the operation will take on this resource, faults of slowness included. Simulated milliseconds. */
export function operationDuration(context: EmulatorContext, operation: string, resource: string): number {
  const latency = context.settings.latencies[operation];
  const sampled = latency ? sampleLatency(latency, context.random.latencies) : 0;
  const slow = context.faults.match(['slow'], { operation, resource });
  return sampled * (slow?.factor ?? (slow ? 10 : 1));
}
