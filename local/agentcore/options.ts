import type { Clock } from '../simulation/clock.ts';
import type { Store } from '../simulation/store.ts';
import type { ResourceChange } from './emulatorContext.ts';
import type { PublishEvent } from './eventOutbox.ts';
import type { ToolFunction } from './gateways/toolFunctions.ts';
import type { Behaviors } from './settings/behaviors.ts';
import type { FaultRule } from './settings/faults.ts';
import type { Latencies } from './settings/latencies.ts';
import type { Quotas } from './settings/quotas.ts';
import type { ObjectReader, SchemaReader } from './targets/toolLoader.ts';

/** What the events of calls say about callers. */
export interface Trail {
  /** The ARNs of roles by their access keys; any other key belongs to a user. */
  readonly roles: Readonly<Record<string, string>>;
}

/** The options of `startAgentCore`. */
export interface AgentCoreOptions {
  readonly clock: Clock;
  /** Holds all state, in tables whose names start with `agentcore.`. The caller closes it. */
  readonly store: Store;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Names by which browsers reach this machine, besides those of the loopback interface. */
  readonly allowedHosts?: readonly string[];
  /** Makes ids, latencies and faults repeatable. */
  readonly seed?: number;
  readonly accountId?: string;
  readonly region?: string;
  readonly behaviors?: Partial<Behaviors>;
  readonly quotas?: Partial<Quotas>;
  /** By operation. Operations that are not listed keep their defaults. */
  readonly latencies?: Latencies;
  readonly faults?: readonly FaultRule[];
  /** Fetches the schemas in S3. Without it, targets with such a schema fail. */
  readonly readObject?: ObjectReader;
  /** Maps public https prefixes, such as `https://mcp.example.com/mcp`, to addresses on this machine. */
  readonly endpoints?: Readonly<Record<string, string>>;
  /** Functions on this machine by the ARNs that Lambda targets name. Gateways call no others. */
  readonly functions?: Readonly<Record<string, ToolFunction>>;
  readonly readSchema?: SchemaReader;
  /** Receives the events for the account's default bus. A failed delivery is repeated. */
  readonly publish?: PublishEvent;
  /** Publishes the calls that change something, as a trail of CloudTrail does. Without it, no call has an event. */
  readonly trail?: Trail;
  /**
   * Decides as IAM whether the holder of an access key may make a call.
   *
   * @returns what the AccessDeniedException says; undefined for an allowed call
   */
  readonly authorize?: (accessKeyId: string, operation: string) => string | undefined;
  readonly onChange?: (change: ResourceChange) => void;
}
