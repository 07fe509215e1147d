import type { JsonValue } from '../../core/json.ts';
import { terminalText } from '../../core/text/encoders.ts';
import type { Screen, Style } from '../display/screen.ts';
import type { MemberDifference } from './memberDifferences.ts';
import {
  isChange,
  type Plan,
  type PlannedAction,
  type PlannedQuestion,
  type PlannedResource,
} from './planDocument.ts';

const actionStyles: Readonly<Record<PlannedAction, { mark: string; style: Style }>> = {
  create: { mark: '+', style: 'green' },
  adopt: { mark: '+', style: 'yellow' },
  update: { mark: '~', style: 'yellow' },
  replace: { mark: '±', style: 'red' },
  delete: { mark: '-', style: 'red' },
  rollback: { mark: '~', style: 'yellow' },
  tag: { mark: '~', style: 'yellow' },
  sync: { mark: '↻', style: 'cyan' },
  unmanage: { mark: '-', style: 'yellow' },
  submit: { mark: '~', style: 'yellow' },
  deprecate: { mark: '-', style: 'yellow' },
  wait: { mark: '…', style: 'cyan' },
  refused: { mark: '✗', style: 'red' },
  nothing: { mark: ' ', style: 'dim' },
};

const ACTION_WIDTH = Math.max(...Object.keys(actionStyles).map((action) => action.length));
const INDENT = '        ';
const LONGEST_VALUE = 80;
/** The URI of an applied copy of a schema; the first 8 digits of its hash identify it for people. */
const APPLIED_COPY = /s3:\/\/[^/]+\/applied\/([0-9a-f]{8})[0-9a-f]{56}/g;

/**
 * The plan for people: a line for each resource that something is to be said about, with its differences below, then the
 * number of resources by action.
 */
export function planText(plan: Plan, screen: Screen): string {
  const { workspace, basedOn, suspension, resources, quotas, notes } = plan;
  const shown = resources.filter((resource) => !isQuiet(resource));
  const words = suspension?.reason === undefined ? '' : `: ${terminalText(suspension.reason)}`;
  return [
    `${screen.paint('bold', terminalText(workspace))}  ${basedOn === 'ledger' ? 'compared with AWS now' : 'compared with the last outcome'}`,
    ...shown.flatMap((resource) => resourceLines(resource, screen)),
    ...quotas.map(({ what, limit, planned }) =>
      screen.paint('red', `Quota: ${planned} ${terminalText(what)}; the service's default is ${limit}.`),
    ),
    ...(suspension
      ? [
          screen.paint(
            'yellow',
            `Operators have suspended all changes since ${new Date(suspension.since).toISOString()}${words}. What the plan shows waits until then.`,
          ),
        ]
      : []),
    ...notes.map((note) => screen.paint('dim', terminalText(note))),
    `Plan: ${countsText(resources)}.`,
  ].join('\n');
}

/** A resource about which there is nothing to say is only counted: a workspace may have a thousand. */
function isQuiet({ action, state, differences, notes, asks, unread }: PlannedResource): boolean {
  const isSettled = action === 'nothing' && (state === 'ready' || state === 'absent');
  return isSettled && differences.length + notes.length + asks.length === 0 && unread === undefined;
}

function resourceLines(resource: PlannedResource, screen: Screen): string[] {
  const { address, action, differences, tools, asks, notes, unread } = resource;
  const { mark, style } = actionStyles[action];
  // All members of a new resource are new: the manifest shows them.
  const shown =
    action === 'create' ? differences.filter(({ knownAfterApply }) => knownAfterApply) : differences;
  return [
    screen.paint(style, `  ${mark} ${action.padEnd(ACTION_WIDTH)}  ${terminalText(address)}`),
    ...notes.map((note) => INDENT + screen.paint('dim', `- ${terminalText(note)}`)),
    ...(unread === undefined
      ? []
      : [
          INDENT +
            screen.paint(
              'yellow',
              `Not read from AgentCore (${terminalText(unread)}): ${unreadText(action)}`,
            ),
        ]),
    ...shown.flatMap((difference) => differenceLines(difference, isChange(resource), screen)),
    ...tools.map(({ message, breaking }) => {
      const line = `tool ${message}${breaking ? ' Agents may break.' : ''}`;
      return INDENT + screen.paint(breaking ? 'red' : 'dim', terminalText(line));
    }),
    ...asks.map((question) => INDENT + screen.paint('yellow', questionText(question))),
  ];
}

function unreadText(action: PlannedAction): string {
  return action === 'create' ? 'it may exist already.' : 'as Gateloop recorded it last.';
}

function differenceLines(difference: MemberDifference, isApplied: boolean, screen: Screen): string[] {
  const { path, stays } = difference;
  const line = `${INDENT}${terminalText(path)}: ${isApplied ? change(difference) : bothSides(difference)}`;
  return stays === undefined ? [line] : [line, `${INDENT}  ${screen.paint('yellow', terminalText(stays))}`];
}

/** What no call changes. */
function bothSides({ from, to }: MemberDifference): string {
  const [there, here] = [from, to].map((value) => (value === undefined ? 'nothing' : shown(value)));
  return `${there} in AWS, ${here} in the manifest`;
}

function change({ from, to, knownAfterApply }: MemberDifference): string {
  const after = knownAfterApply ? '(known after apply)' : to === undefined ? undefined : shown(to);
  if (from === undefined) return after === undefined ? '(removed outside Gateloop)' : `${after} (new)`;
  return after === undefined ? `${shown(from)} (removed)` : `${shown(from)} → ${after}`;
}

function shown(value: JsonValue): string {
  const text = terminalText(JSON.stringify(value).replace(APPLIED_COPY, 'schema $1…'));
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function questionText({ kind, owner, askedAt }: PlannedQuestion): string {
  const what = questionTexts[kind];
  const asked =
    askedAt === undefined
      ? 'who will be asked'
      : `who has had the link since ${askedAt.replace(/\.\d+Z$/, 'Z')}`;
  return `Needs the ${what} of ${terminalText(owner)} (owner), ${asked}.`;
}

const questionTexts: Readonly<Record<PlannedQuestion['kind'], string>> = {
  approval: 'approval',
  authorization: 'consent',
  deletion: 'approval of the deletions',
};

function countsText(resources: readonly PlannedResource[]): string {
  if (resources.length === 0) return 'no resource';
  const actions = Object.keys(actionStyles) as PlannedAction[]; // The table's own keys.
  return actions
    .map((action) => ({ action, count: resources.filter((each) => each.action === action).length }))
    .filter(({ count }) => count > 0)
    .map(({ action, count }) => countText(action, count))
    .join(', ');
}

function countText(action: PlannedAction, count: number): string {
  if (action === 'refused') return `${count} refused`;
  if (action === 'nothing') return `${count} unchanged`;
  return action === 'wait' ? `${count} waiting` : `${count} to ${action}`;
}
