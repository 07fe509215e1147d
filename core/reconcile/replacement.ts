import type { ResourceRecord } from './resourceRecord.ts';
import { retryStateOf } from './retries.ts';

/**
 * Whether a target may still serve with the configuration that it had: it was ready, or Gateloop has not made it and
 * does not know. What waits for the consent to its very creation has never served.
 */
export function mayBeServing({ applied, generation }: ResourceRecord): boolean {
  return applied !== undefined || generation === undefined;
}

/**
 * Whether the service gives no fresh link to a target that needs consent unless it is deleted and made again, and the
 * target may serve meanwhile. Deleting it ends that until somebody consents, so nobody but a person may want it.
 *
 * @param fingerprint of the configuration that is asked about
 */
export function needsReplacement(record: ResourceRecord, fingerprint: string): boolean {
  return retryStateOf(record, fingerprint)?.escalation === 'replace' && mayBeServing(record);
}

/** In a person's words, why it is not done yet. */
export const replacementReason =
  'AWS will not begin its authorization afresh as it stands. It would have to be deleted and made again, and would not work until somebody consents: the page behind the link asks for that.';
