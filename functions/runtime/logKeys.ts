import { isJsonObject, type JsonObject } from '../../core/json.ts';

/** What ties the lines of one story together, in every line of every function's log. */
export interface LogKeys {
  readonly workspace?: string;
  /** The execution that holds the lease: the same through a whole reconciliation, whoever goes on with it. */
  readonly execution?: string;
  /** Of a request to a person. The id that its link carries is never logged. */
  readonly reference?: string;
}

/** Finds them where the workflows put them: in the event itself, in the turn, or in the input of the execution. */
export function logKeys(event: unknown): LogKeys {
  if (!isJsonObject(event)) return {};
  const candidates = [event.state, event.previous, event.input, event].filter(isJsonObject);
  const workspace = firstText(candidates, 'workspace');
  const execution = firstText(candidates, 'leaseHolder') ?? firstText(candidates, 'execution');
  const reference = firstText(candidates, 'reference');
  return {
    ...(workspace !== undefined && { workspace }),
    ...(execution !== undefined && { execution }),
    ...(reference !== undefined && { reference }),
  };
}

function firstText(candidates: readonly JsonObject[], name: string): string | undefined {
  return candidates.map((place) => place[name]).find((value) => typeof value === 'string');
}
