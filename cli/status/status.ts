import { readFleet, readWorkspaceView } from '../../core/fleet/readFleet.ts';
import type { FleetView, WorkspaceState, WorkspaceView } from '../../core/fleet/views.ts';
import { omit } from '../../core/objects.ts';
import { jsonText } from '../../core/text/encoders.ts';
import type { CommandIo } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import { invalidOption } from '../errorReport.ts';
import { type ExitCodeName, exitCodes } from '../exitCodes.ts';
import { fleetText } from '../fleet/fleetText.ts';
import type { Fleet } from '../fleet/openFleet.ts';
import type { ReadOptions } from '../fleet/readOptions.ts';
import { readFleetOf, type TextContext, writeData } from '../fleet/runRead.ts';
import { workspaceText } from '../fleet/workspaceText.ts';

export interface StatusOptions extends ReadOptions {
  /** Absent for all workspaces. */
  readonly workspace?: string;
  readonly watch: boolean;
  readonly detailedExitCode: boolean;
}

type StatusView = FleetView | WorkspaceView;
type Output = Pick<CommandIo, 'stdout' | 'environment'>;

/** Shows the fleet or a workspace once. @returns the exit code */
export async function status(options: StatusOptions, io: Output): Promise<number> {
  const { fleet, result } = await readFleetOf(options, (opened) => readStatus(options, opened));
  show(result, options, fleet, io);
  return options.detailedExitCode ? exitCodes[worstExit(result)] : exitCodes.done;
}

/**
 * Shows each change: on a terminal in place, elsewhere one after the other. The first failure ends it.
 *
 * @param pause waits until the next read. @returns false to end
 */
export async function watchStatus(
  options: StatusOptions,
  io: Output,
  pause: () => Promise<boolean>,
): Promise<void> {
  const { fleet, result } = await readFleetOf(options, (opened) => readStatus(options, opened));
  const screen = screenOn(io.stdout, io.environment);
  let shown = '';
  for (let view = result; ; view = await readStatus(options, fleet)) {
    const digest = jsonText(omit(view, 'time'));
    if (screen.isLive && !isForPrograms(options)) {
      screen.show(text(view, contextOf(options, fleet, io, screen)).split('\n'));
    } else if (digest !== shown) show(view, options, fleet, io);
    shown = digest;
    if (!(await pause())) return;
  }
}

function isForPrograms({ format }: ReadOptions): boolean {
  return format === 'json' || format === 'yaml';
}

async function readStatus({ workspace }: StatusOptions, fleet: Fleet): Promise<StatusView> {
  if (workspace === undefined) return readFleet(fleet);
  const view = await readWorkspaceView(workspace, fleet);
  if (view) return view;
  throw unknownWorkspace(workspace, fleet);
}

/** @returns the error for the name of a workspace that does not exist */
export function unknownWorkspace(workspace: string, { bucketName }: Fleet) {
  return invalidOption(
    `There is no workspace ${workspace} in ${bucketName}`,
    'Push it first, or correct the name: gateloop status lists all.',
  );
}

function show(view: StatusView, options: StatusOptions, fleet: Fleet, io: Output): void {
  if (writeData(view, options.format, io)) return;
  const screen = screenOn(io.stdout, io.environment);
  screen.say(text(view, contextOf(options, fleet, io, screen)));
}

function contextOf(
  { format }: StatusOptions,
  { now }: Fleet,
  { stdout, environment }: Output,
  screen = screenOn(stdout, environment),
): TextContext {
  return { screen, now: now(), isWide: format === 'wide' };
}

function text(view: StatusView, context: TextContext): string {
  return 'workspaces' in view ? fleetText(view, context) : workspaceText(view, context);
}

/** From worst to best. */
const ranking: readonly { readonly state: WorkspaceState; readonly exit: ExitCodeName }[] = [
  { state: 'failed', exit: 'failed' },
  { state: 'refused', exit: 'refused' },
  { state: 'suspended', exit: 'suspended' },
  { state: 'awaiting', exit: 'awaiting' },
  { state: 'new', exit: 'awaiting' },
  { state: 'drifted', exit: 'drifted' },
];

function worstExit(view: StatusView): ExitCodeName {
  const states = ('workspaces' in view ? view.workspaces : [view]).map(({ state }) => state);
  return ranking.find(({ state }) => states.includes(state))?.exit ?? 'done';
}
