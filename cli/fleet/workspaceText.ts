import type { QuestionView, ResourceView, TargetTools, WorkspaceView } from '../../core/fleet/views.ts';
import type { ShownDifference } from '../../core/reconcile/differenceReport.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { padded, stateWords } from '../display/resourceRow.ts';
import { outcomeStyles, stateStyles } from '../display/stateStyles.ts';
import { problemText } from '../push/outcomeText.ts';
import { ago, basis, noticeLines, questionLines, shortTime, until, workspaceStyle } from './fleetText.ts';
import type { TextContext } from './runRead.ts';

/** One workspace for people: its problems, its resources below their gateways, and who is asked. */
export function workspaceText(view: WorkspaceView, context: TextContext): string {
  const { screen, now, isWide } = context;
  const { workspace, state, since, owner, problems, members, questions, reconciling } = view;
  const { mark, style } = workspaceStyle(view);
  const words = state === 'new' ? 'has no outcome yet' : outcomeStyles[state].words;
  const width = Math.max(0, ...members.map((member) => indented(member).length));
  return [
    `${screen.paint(style, mark)} ${screen.paint('bold', terminalText(workspace))}  ${words}${since === undefined ? '' : `, for ${ago(since, now)}`}`,
    `  owner ${terminalText(owner ?? '-')} · last pass ${view.lastPass === undefined ? '-' : `${ago(view.lastPass, now)} ago`} · next pass ${reconciling ? 'runs now' : until(view.nextPass, now)}`,
    ...noticeLines(view, screen).map((line) => `  ${line}`),
    ...problems.map((problem) => `  ${problemText(problem, screen)}`),
    ...members.flatMap((member) => memberLines(member, width, context)),
    ...(questions.length > 0 ? ['Waiting for people:', ...questionLines(questions, context)] : []),
    ...(isWide && view.revision !== undefined ? [`Revision ${terminalText(view.revision)}`] : []),
    ...basis(view.basedOn),
  ].join('\n');
}

function indented({ address, parent }: ResourceView): string {
  return `${parent === undefined ? '' : '  '}${terminalText(address)}`;
}

function memberLines(member: ResourceView, width: number, { screen, now, isWide }: TextContext): string[] {
  const { address, state, reasons, operation, since, differences } = member;
  const { mark, style } = stateStyles[state];
  const row = {
    ...{ workspace: '', address, state, reasons },
    since: Date.parse(operation?.since ?? since),
    ...(operation && { doing: operation.operation }),
  };
  return [
    `  ${screen.paint(style, mark)} ${padded(indented(member), width)}  ${screen.paint(style, stateWords(row, now))}`,
    ...reasons.map((reason) => `      ${screen.paint('dim', `- ${terminalText(reason)}`)}`),
    ...(isWide ? differences.map(({ path, change }) => `      ${terminalText(path)}: ${change}`) : []),
  ];
}

/** What `gateloop describe` tells of one resource. */
export interface ResourceDescription {
  readonly workspace: string;
  readonly resource: ResourceView;
  /** Of a target alone. */
  readonly tools?: TargetTools;
  readonly questions: readonly QuestionView[];
}

export function descriptionText(
  { workspace, resource, tools, questions }: ResourceDescription,
  context: TextContext,
): string {
  const { screen, now } = context;
  const { address, state, since, reasons, operation, retry, sync, differences } = resource;
  const { mark, style } = stateStyles[state];
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['workspace', workspace],
    ['owner', resource.owner],
    ['gateway', resource.parent],
    ['id', resource.id],
    ['ARN', resource.arn],
    ['operation', operation && `${operation.operation}, for ${ago(operation.since, now)}`],
    [
      'failures',
      retry &&
        `${retry.failures}; ${retry.rolledBack ? 'rolled back' : retry.nextAt === undefined ? 'not tried again: gateloop retry' : `next attempt ${until(retry.nextAt, now)}`}`,
    ],
    ['synchronized', sync && `${shortTime(sync.at)} (${ago(sync.at, now)} ago)`],
    ['asked to sync', sync?.wantedSince && `${ago(sync.wantedSince, now)} ago`],
    [
      'tools watched',
      sync && (sync.watch.reason ?? `yes, from the ${sync.watch.sources?.join(' and the ')}`),
    ],
    ['configuration', resource.applied],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return [
    `${screen.paint(style, mark)} ${screen.paint('bold', terminalText(address))}  ${screen.paint(style, state)}, for ${ago(since, now)}`,
    ...facts.flatMap(([name, value]) =>
      value === undefined ? [] : [`  ${name.padEnd(width)}  ${terminalText(value)}`],
    ),
    ...reasons.map((reason) => `  - ${terminalText(reason)}`),
    ...(differences.length > 0
      ? [
          'Differs from what was applied:',
          ...differences.map((each) => `  ${terminalText(each.path)}: ${differenceText(each)}`),
        ]
      : []),
    ...(tools ? toolLines(tools, context) : []),
    ...(questions.length > 0 ? ['Waiting for people:', ...questionLines(questions, context)] : []),
  ].join('\n');
}

/** What was applied and what is there, or only how they differ where the values are not known. */
function differenceText({ change, applied, live }: ShownDifference): string {
  if (applied === undefined && live === undefined) return change;
  const [before, after] = [applied, live].map((text) =>
    text === undefined ? 'nothing' : terminalText(text),
  );
  return `${change}: ${before} applied, ${after} in AWS`;
}

/** The tools of one target for people. */
export function toolLines(
  { target, source, tools, unknown }: TargetTools,
  { screen, isWide }: TextContext,
): string[] {
  const origin =
    source === undefined ? terminalText(unknown ?? '') : `${tools.length}, from its ${ORIGINS[source]}`;
  return [
    `${screen.paint('bold', `Tools of ${terminalText(target)}`)}  ${origin}`,
    ...tools.map(({ name, description }) => {
      const text = terminalText(description ?? '');
      const shown = isWide || text.length <= SHORT ? text : `${text.slice(0, SHORT)}…`;
      return `  ${terminalText(name)}${shown === '' ? '' : `  ${screen.paint('dim', shown)}`}`;
    }),
  ];
}

const SHORT = 100;
const ORIGINS = { schema: 'schema', gateway: "gateway's list", server: "server's list" } as const;
