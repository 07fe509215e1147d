import { namedWorkspace } from '../events/namedWorkspace.ts';
import { starterByName } from '../events/startCauses.ts';
import { asText, isJsonObject, type JsonValue } from '../json.ts';
import { defined } from '../objects.ts';
import type { Execution, ExecutionDetails, ExecutionEvent } from '../ports/fleetReads.ts';
import { redactAccess, withoutAccess } from '../text/redactAccess.ts';
import { isoTime, secondsBetween } from './times.ts';
import type { ExecutionView, StepView, TraceView } from './views.ts';

/** @param input absent where it was not read */
export function executionView(
  { workflow, name, status, startedAt, stoppedAt }: Execution,
  input?: JsonValue,
): ExecutionView {
  return {
    workflow,
    name,
    status,
    startedAt: isoTime(startedAt),
    ...defined({
      seconds: stoppedAt === undefined ? undefined : secondsBetween(startedAt, stoppedAt),
      workspace: input === undefined ? undefined : namedWorkspace(input),
      startedBy: (input === undefined ? undefined : starterOf(input)) ?? starterByName(workflow, name),
    }),
  };
}

/** An event names its type; what a person or a workflow starts names a workspace, or a reason. */
function starterOf(input: JsonValue): string | undefined {
  if (!isJsonObject(input)) return undefined;
  const text = asText(input['detail-type']) || asText(input.reason);
  return text === '' ? undefined : redactAccess(text);
}

/** What each state of an execution got and gave, without links, tokens, user ids and addresses of people. */
export function traceView(execution: ExecutionDetails, events: readonly ExecutionEvent[]): TraceView {
  const { input, output, error, cause } = execution;
  return {
    ...executionView(execution, input),
    input: withoutAccess(input),
    ...defined({ output: output === undefined ? undefined : withoutAccess(output) }),
    ...failure({ error, cause }),
    steps: stepsOf(events),
  };
}

/** A state with the events that followed its entry, until it was left. */
interface OpenStep {
  readonly entered: ExecutionEvent;
  exited?: ExecutionEvent;
  readonly failures: ExecutionEvent[];
}

/** Every event names the one that it follows, so that the branches of a Map or a Parallel state keep apart. */
function stepsOf(events: readonly ExecutionEvent[]): StepView[] {
  const steps: OpenStep[] = [];
  const stepOfEvent = new Map<number, OpenStep>();
  for (const event of events) {
    const before = stepOfEvent.get(event.previousId);
    const step = stepAfter(event, before);
    if (!step) continue;
    if (step !== before && event.type.endsWith('StateEntered')) steps.push(step);
    stepOfEvent.set(event.id, step);
  }
  return steps.map(stepView);
}

function stepAfter(event: ExecutionEvent, before: OpenStep | undefined): OpenStep | undefined {
  if (event.type.endsWith('StateEntered')) return { entered: event, failures: [] };
  if (!before) return undefined;
  if (event.type.endsWith('StateExited')) before.exited = event;
  else if (/(Failed|TimedOut)$/.test(event.type)) before.failures.push(event);
  return before;
}

function stepView({ entered, exited, failures }: OpenStep): StepView {
  const last = failures.at(-1);
  return {
    state: entered.state ?? '',
    type: entered.type.replace(/StateEntered$/, ''),
    startedAt: isoTime(entered.time),
    ...defined({ seconds: exited && secondsBetween(entered.time, exited.time) }),
    input: withoutAccess(entered.input ?? null),
    ...defined({ output: exited?.output === undefined ? undefined : withoutAccess(exited.output) }),
    failures: failures.length,
    ...failure({ error: last?.error, cause: last?.cause }),
  };
}

function failure({
  error,
  cause,
}: {
  readonly error: string | undefined;
  readonly cause: string | undefined;
}): { readonly error?: string; readonly cause?: string } {
  const redacted = (text: string | undefined) =>
    text === undefined ? undefined : String(withoutAccess(text));
  return defined({ error: redacted(error), cause: redacted(cause) });
}
