import { invalidEvent, readMapping } from '../invalidEvent.ts';
import { parseTurnEvent, type TurnEvent } from '../turn.ts';

/** `requests`: ask the people whom the turn needs. `outcome`: say what the reconciliation ended in. */
export interface NotifyEvent extends TurnEvent {
  readonly tell: 'requests' | 'outcome';
}

/** @throws GateloopError `InvalidEvent` */
export function parseNotifyEvent(event: unknown): NotifyEvent {
  const { tell } = readMapping(event, 'a mapping with "tell", "turn" and "now"');
  if (tell !== 'requests' && tell !== 'outcome')
    throw invalidEvent('"requests" or "outcome" under "tell"', tell);
  return { tell, ...parseTurnEvent(event) };
}
