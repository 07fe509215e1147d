import { isJsonObject } from '../../core/json.ts';
import { readMapping, readText, readTime } from '../runtime/eventFields.ts';
import { workspaceOf } from '../workspaceOf.ts';

export interface PollEvent {
  readonly workspace: string;
  readonly leaseHolder: string;
  readonly iteration: number;
  /** In ms since the epoch. */
  readonly now: number;
}

/**
 * Reads what the state machine passes: the turn before, or, at first, the event that started the execution.
 *
 * @throws GateloopError `InvalidEvent`
 */
export function parsePollEvent(event: unknown): PollEvent {
  const { previous, input, execution, now } = readMapping(
    event,
    'a mapping with "previous", "input", "execution", "now"',
  );
  const time = readTime(now);
  if (isJsonObject(previous) && typeof previous.iteration === 'number') {
    const workspace = readText(previous.workspace, 'the workspace of the turn before');
    const holder = readText(previous.leaseHolder, 'the holder of the turn before');
    return { workspace, leaseHolder: holder, iteration: previous.iteration + 1, now: time };
  }
  const started = readMapping(input, 'the event that started the execution under "input"');
  const holder = started.leaseHolder ?? execution;
  return {
    workspace: workspaceOf(started),
    leaseHolder: readText(holder, 'the id of the execution'),
    iteration: 0,
    now: time,
  };
}
