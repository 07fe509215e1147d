import type { PublishedEvent } from '../ports/events.ts';

/** Asks for a workspace to be looked at now. */
export function reconcileRequestedEvent(workspace: string): PublishedEvent {
  return { detailType: 'Reconcile Requested', detail: { workspace } };
}
