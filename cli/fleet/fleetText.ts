import type { FleetView, QuestionView, ResourceView, WorkspaceSummary } from '../../core/fleet/views.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { durationText } from '../display/resourceRow.ts';
import type { Screen } from '../display/screen.ts';
import { outcomeStyles, type StateStyle, stateStyles } from '../display/stateStyles.ts';
import { type Cell, tableLines } from '../display/table.ts';
import type { TextContext } from './runRead.ts';

const NEW: StateStyle = { mark: '-', style: 'dim' };

/** @returns how long ago a time was: `3 min`; `-` for none */
export function ago(time: string | undefined, now: number): string {
  return time === undefined ? '-' : durationText(now - Date.parse(time));
}

/** @returns how long it is until a time: `in 2 min`, or `due`; `-` for none */
export function until(time: string | undefined, now: number): string {
  if (time === undefined) return '-';
  const ms = Date.parse(time) - now;
  return ms <= 0 ? 'due' : `in ${durationText(ms)}`;
}

/** The mark, the color and the words of the state of a workspace. */
export function workspaceStyle({ state }: Pick<WorkspaceSummary, 'state'>): StateStyle {
  return state === 'new' ? NEW : outcomeStyles[state];
}

/** The fleet for people: one line for each workspace. */
export function fleetText({ basedOn, workspaces }: FleetView, { screen, now, isWide }: TextContext): string {
  if (workspaces.length === 0) return 'There is no workspace yet.';
  const titles = ['WORKSPACE', 'STATE', 'SINCE', 'RESOURCES', 'WAITING', 'LAST PASS', 'NEXT PASS'];
  const lines = tableLines(
    [...titles, ...(isWide ? ['OWNER', 'ERRORS', 'WARNINGS'] : [])],
    workspaces.map((workspace) => [
      ...summaryCells(workspace, now),
      ...(isWide
        ? [terminalText(workspace.owner ?? '-'), String(workspace.errors), String(workspace.warnings)]
        : []),
    ]),
    screen,
  );
  return [
    ...lines,
    ...workspaces.flatMap((workspace) => noticeLines(workspace, screen)),
    ...basis(basedOn),
  ].join('\n');
}

/** What a reader must know who may not read the ledger. */
export function basis(basedOn: FleetView['basedOn']): string[] {
  return basedOn === 'ledger' ? [] : ['The ledger may not be read: this is what the last outcomes say.'];
}

function summaryCells(workspace: WorkspaceSummary, now: number): readonly (Cell | string)[] {
  const { mark, style } = workspaceStyle(workspace);
  const { waiting, waitingSince, reconciling, nextPass } = workspace;
  return [
    terminalText(workspace.workspace),
    { text: `${mark} ${workspace.state}`, style },
    ago(workspace.since, now),
    countsText(workspace.resources),
    waiting === 0 ? '-' : { text: `${waiting}, for ${ago(waitingSince, now)}`, style: 'yellow' },
    workspace.lastPass === undefined ? '-' : `${ago(workspace.lastPass, now)} ago`,
    reconciling ? { text: 'runs now', style: 'cyan' } : until(nextPass, now),
  ];
}

function countsText(counts: WorkspaceSummary['resources']): string {
  const parts = Object.entries(counts).map(([state, count]) => `${count} ${state}`);
  return parts.length === 0 ? '-' : parts.join(', ');
}

/** Suspensions and breakers, which concern operators. */
export function noticeLines(
  { workspace, suspension, breaker }: WorkspaceSummary,
  { paint }: Pick<Screen, 'paint'>,
): string[] {
  const name = terminalText(workspace);
  const reason = suspension?.reason === undefined ? '' : `: ${terminalText(suspension.reason)}`;
  return [
    ...(suspension
      ? [paint('yellow', `Changes of ${name} are suspended since ${shortTime(suspension.since)}${reason}.`)]
      : []),
    ...(breaker
      ? [
          paint(
            'yellow',
            `Healing of ${name} is held back since ${shortTime(breaker.since)}: ${breaker.resources} resources were changed outside Gateloop. To revert them: gateloop heal ${name}`,
          ),
        ]
      : []),
  ];
}

/** @returns the time without fractions of seconds */
export function shortTime(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z');
}

/** The characters of a reference that `gateloop answer` takes for the whole. */
const SHORT_REFERENCE = 8;

/** Questions for people: a line for each, with the question below it. */
export function questionLines(
  questions: readonly QuestionView[],
  { screen, now, isWide }: TextContext,
): string[] {
  return questions.flatMap((question) => {
    const { reference, workspace, owner, escalation, askedAt, until: end, state, undelivered } = question;
    const id = isWide ? reference : reference.slice(0, SHORT_REFERENCE);
    const second = escalation === undefined ? '' : `, then ${terminalText(escalation)}`;
    return [
      `  ${screen.paint('bold', id)}  ${terminalText(workspace)}  ${terminalText(question.question)}`,
      `    ${terminalText(owner)}${second} · asked ${ago(askedAt, now)} ago · until ${shortTime(end)} (${until(end, now)})`,
      ...(state === 'completing' ? ['    The person has consented; the consent is being completed.'] : []),
      ...(undelivered
        ? [screen.paint('red', '    The last message did not reach its contact: see the log of notify.')]
        : []),
    ];
  });
}

/** Resources for people: a line for each. */
export function resourceTable(
  resources: readonly (ResourceView & { readonly workspace: string })[],
  { screen, now, isWide }: TextContext,
): string[] {
  return tableLines(
    [
      'WORKSPACE',
      'RESOURCE',
      'STATE',
      'SINCE',
      'OWNER',
      ...(isWide ? ['ID', 'SYNCHRONIZED', 'REASONS'] : []),
    ],
    resources.map(({ workspace, address, state, since, owner, id, sync, reasons, operation }) => {
      const { mark, style } = stateStyles[state];
      const doing = operation ? ` (${operation.operation})` : '';
      return [
        terminalText(workspace),
        terminalText(address),
        { text: `${mark} ${state}${doing}`, style },
        ago(operation?.since ?? since, now),
        terminalText(owner ?? '-'),
        ...(isWide
          ? [
              terminalText(id ?? '-'),
              sync === undefined ? '-' : `${ago(sync.at, now)} ago`,
              terminalText(reasons.join(' ')),
            ]
          : []),
      ];
    }),
    screen,
  );
}
