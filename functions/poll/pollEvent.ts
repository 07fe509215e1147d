import { isJsonObject } from '../../core/manifest/json.ts';
import { readMapping, readText, readTime } from '../invalidEvent.ts';
import { workspaceOf } from '../workspaceOf.ts';

export interface PollEvent {
  readonly workspace: string;
  readonly holder: string;
  readonly turn: number;
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
  if (isJsonObject(previous) && typeof previous.turn === 'number') {
    const workspace = readText(previous.workspace, 'the workspace of the turn before');
    const holder = readText(previous.holder, 'the holder of the turn before');
    return { workspace, holder, turn: previous.turn + 1, now: time };
  }
  const started = readMapping(input, 'the event that started the execution under "input"');
  const holder = started.holder ?? execution;
  return {
    workspace: workspaceOf(started),
    holder: readText(holder, 'the id of the execution'),
    turn: 0,
    now: time,
  };
}
