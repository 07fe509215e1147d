import type { Memory, Operation, ResourceState } from './memory.ts';

/** What is to be done about one resource, and what to tell about it. */
export interface Verdict {
  readonly state: ResourceState;
  readonly reasons: readonly string[];
  readonly memory: Memory;
  /** A call to make as soon as a slot is free. */
  readonly operation?: Operation;
  /** The earliest time for `operation`, in ms since the epoch; in the past for at once. */
  readonly notBefore: number;
  /** A person must be asked. */
  readonly ask: boolean;
  /** The judgement would be a better one with the observed configuration, which a Get gives. */
  readonly read: boolean;
}

export function verdict(
  memory: Memory,
  state: ResourceState,
  reasons: readonly string[],
  more: Partial<Verdict> = {},
): Verdict {
  return { memory, state, reasons, notBefore: 0, ask: false, read: false, ...more };
}
