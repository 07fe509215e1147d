import { readExecutions, readTrace } from '../../core/fleet/readFleet.ts';
import type { ExecutionView, StepView, TraceView } from '../../core/fleet/views.ts';
import type { JsonValue } from '../../core/json.ts';
import { counted } from '../../core/text/counted.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { type WorkflowName, workflowNames } from '../../workflows/workflowCatalog.ts';
import type { Style } from '../display/screen.ts';
import { tableLines } from '../display/table.ts';
import { invalidOption } from '../errorReport.ts';
import { ago, shortTime } from '../fleet/fleetText.ts';
import type { Fleet } from '../fleet/openFleet.ts';
import type { ReadOptions } from '../fleet/readOptions.ts';
import type { TextContext } from '../fleet/runRead.ts';

export interface TraceOptions extends ReadOptions {
  /** The name of an execution; absent for the latest one. */
  readonly execution?: string;
  /** The workflow of the execution; absent where every workflow is searched. */
  readonly workflow?: string;
  /** Of the latest execution. */
  readonly workspace?: string;
  readonly limit: number;
}

/** What `gateloop trace --list --json` prints. */
export interface Executions {
  readonly executions: readonly ExecutionView[];
}

const DEFAULT_WORKFLOW: WorkflowName = 'reconcile';

export async function listExecutions(
  { workflow = DEFAULT_WORKFLOW, workspace, limit }: TraceOptions,
  fleet: Fleet,
): Promise<Executions> {
  const query = { limit, ...(workspace !== undefined && { workspace }) };
  return { executions: await readExecutions(workflow, query, fleet) };
}

/** @throws CommandError `InvalidOption` where there is no such execution */
export async function readTraceOf(options: TraceOptions, fleet: Fleet): Promise<TraceView> {
  const { execution, workflow, workspace } = options;
  if (execution === undefined) {
    const { executions } = await listExecutions(options, fleet);
    const [latest] = executions;
    const trace = latest && (await readTrace(latest.workflow, latest.name, fleet));
    if (trace) return trace;
    const whose = workspace === undefined ? '' : ` of the workspace ${workspace}`;
    throw invalidOption(
      `There is no execution${whose} among the latest ${options.limit} of ${workflow ?? DEFAULT_WORKFLOW}`,
      'Look at more with --limit. Step Functions keeps executions for 90 days.',
    );
  }
  for (const each of workflow === undefined ? workflowNames : [workflow]) {
    const trace = await readTrace(each, execution, fleet);
    if (trace) return trace;
  }
  throw invalidOption(
    `There is no execution ${execution}${workflow === undefined ? '' : ` of ${workflow}`}`,
    'gateloop trace --list lists the latest. Step Functions keeps executions for 90 days.',
  );
}

const STATUS_STYLES: Readonly<Record<ExecutionView['status'], Style>> = {
  RUNNING: 'cyan',
  SUCCEEDED: 'green',
  FAILED: 'red',
  TIMED_OUT: 'red',
  ABORTED: 'yellow',
  PENDING_REDRIVE: 'yellow',
};

export function executionsText({ executions }: Executions, { screen, now }: TextContext): string {
  if (executions.length === 0) return 'There is no such execution.';
  return tableLines(
    ['EXECUTION', 'WORKFLOW', 'WORKSPACE', 'STATUS', 'STARTED', 'SECONDS', 'STARTED BY'],
    executions.map(({ name, workflow, workspace, status, startedAt, seconds, startedBy }) => [
      terminalText(name),
      terminalText(workflow),
      terminalText(workspace ?? '-'),
      { text: status, style: STATUS_STYLES[status] },
      `${ago(startedAt, now)} ago`,
      seconds === undefined ? '-' : String(seconds),
      terminalText(startedBy ?? '-'),
    ]),
    screen,
  ).join('\n');
}

export function traceText(trace: TraceView, context: TextContext): string {
  const { screen } = context;
  const { workflow, name, status, startedAt, seconds, workspace, startedBy, steps } = trace;
  const about = [workspace && `workspace ${workspace}`, startedBy && `started by ${startedBy}`];
  return [
    `${screen.paint('bold', terminalText(`${workflow} ${name}`))}  ${screen.paint(STATUS_STYLES[status], status)}`,
    `  ${terminalText([`started ${shortTime(startedAt)}`, durationOf(seconds), ...about].filter(Boolean).join(' · '))}`,
    ...dataLine('in', trace.input, context),
    ...steps.flatMap((step) => stepLines(step, context)),
    ...(trace.output === undefined ? [] : dataLine('out', trace.output, context)),
    ...failureLine(trace, context),
  ].join('\n');
}

function stepLines(step: StepView, context: TextContext): string[] {
  const { screen } = context;
  const { state, type, seconds, failures, input, output } = step;
  const failed = failures > 0 ? screen.paint('red', `  failed ${counted(failures, 'time')}`) : '';
  return [
    `  ${screen.paint('bold', terminalText(state))}  ${terminalText(type)}  ${durationOf(seconds)}${failed}`,
    ...dataLine('in', input, context).map((line) => `  ${line}`),
    ...(output === undefined ? [] : dataLine('out', output, context).map((line) => `  ${line}`)),
    ...failureLine(step, context).map((line) => `  ${line}`),
  ];
}

function durationOf(seconds: number | undefined): string {
  return seconds === undefined ? 'runs' : `${seconds} s`;
}

/** Characters of a value that are shown without `-o wide`. */
const SHORT = 300;

function dataLine(name: 'in' | 'out', value: JsonValue, { screen, isWide }: TextContext): string[] {
  const text = terminalText(JSON.stringify(value));
  const shown = isWide || text.length <= SHORT ? text : `${text.slice(0, SHORT)}…`;
  return [`  ${screen.paint('dim', name.padEnd(3))} ${shown}`];
}

function failureLine(
  { error, cause }: Pick<TraceView, 'error' | 'cause'>,
  { screen }: TextContext,
): string[] {
  if (error === undefined && cause === undefined) return [];
  return [`  ${screen.paint('red', terminalText([error, cause].filter(Boolean).join(': ')))}`];
}
