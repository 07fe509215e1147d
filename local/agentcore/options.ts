import type { Clock } from '../simulation/clock.ts';
import type { Store } from '../simulation/store.ts';
import type { ResourceChange } from './emulatorContext.ts';
import type { PublishEvent } from './registries/registryEvents.ts';
import type { Behaviors } from './settings/behaviors.ts';
import type { FaultRule } from './settings/faults.ts';
import type { Latencies } from './settings/latencies.ts';
import type { Quotas } from './settings/quotas.ts';
import type { SchemaReader } from './targets/schemaReader.ts';
import type { ObjectReader } from './targets/toolLoader.ts';

/** How an emulator is started. */
export interface AgentCoreOptions {
  readonly clock: Clock;
  /** Holds all state; the emulator uses tables whose names start with `agentcore.` and does not close it. */
  readonly store: Store;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Makes ids, latencies and faults repeatable. */
  readonly seed?: number;
  readonly accountId?: string;
  readonly region?: string;
  readonly behaviors?: Partial<Behaviors>;
  readonly quotas?: Partial<Quotas>;
  /** By operation; the others keep their defaults. */
  readonly latencies?: Latencies;
  readonly faults?: readonly FaultRule[];
  /** Fetches an object by its `s3://` URI; `undefined` when it does not exist. */
  readonly readObject?: ObjectReader;
  /** Public https prefixes, such as `https://mcp.example.com/mcp`, to addresses on this machine. */
  readonly endpoints?: Readonly<Record<string, string>>;
  readonly readSchema?: SchemaReader;
  /** Takes the events that the service puts on the default bus; may be called again with the same event. */
  readonly publish?: PublishEvent;
  readonly onChange?: (change: ResourceChange) => void;
}
