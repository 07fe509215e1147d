/**
 * Why an execution of `reconcile` is started. Its input is the workspace alone: many events join one execution, and a repeated
 * start must have the input of the first. So the cause of the first of them begins the name.
 */
export const startCauses = {
  upload: 'an upload',
  request: 'a request',
  change: 'a change by another client',
  resync: 'a schedule of synchronizations',
  drift: 'the scan of the fleet',
} as const;

export type StartCause = keyof typeof startCauses;

/** @param id that no execution has had; at most 70 characters, since Step Functions takes 80 */
export function executionName(cause: StartCause, id: string): string {
  return `${cause}-${id}`;
}

/** An execution that continues another one, or reads a workspace again after it, has a hash for its name. */
const SUCCESSOR = /^[0-9a-f]{64}$/;

/** @returns what started an execution, by its name; undefined where that does not say so */
export function starterByName(workflow: string, name: string): string | undefined {
  // It has the reference of the request for its name.
  if (workflow === 'authorize') return 'a request to a person';
  if (workflow !== 'reconcile') return undefined;
  if (SUCCESSOR.test(name)) return 'the execution before it';
  const cause = name.slice(0, name.indexOf('-'));
  return isCause(cause) ? startCauses[cause] : undefined;
}

function isCause(text: string): text is StartCause {
  return Object.hasOwn(startCauses, text);
}
