import type { StepView, TraceView } from '../../../core/fleet/views.ts';
import type { JsonValue } from '../../../core/json.ts';
import { counted } from '../../../core/text/counted.ts';
import { type Html, html, multilineText } from '../../web/html.ts';
import { type AwsPlace, executionUrl } from './awsConsole.ts';
import type { Screen } from './layout.ts';
import { chip, executionLooks } from './states.ts';
import { exactDuration, exactTime } from './times.ts';
import { workflowPicture } from './workflowPicture.ts';
import { workspaceScreenOf } from './workspaceFrame.ts';

export interface ExecutionInput {
  readonly workspace: string;
  /** What must not be shown has been taken out of its data. */
  readonly trace: TraceView;
  /** Absent where AWS's console shows nothing of it. */
  readonly aws?: AwsPlace;
}

/** Steps that are shown, the latest: an execution has at most 25,000 events. */
const MAX_STEPS = 150;
/** Lambda returns 6 MB, and HTML writes a quotation mark as six characters. In characters of data on one screen, and of one value. */
const MAX_SHOWN_DATA = 900_000;
const MAX_VALUE = 20_000;

/** One execution: what each step got and gave. */
export function executionScreen({ workspace, trace, aws }: ExecutionInput): Screen {
  const { workflow, name, status, startedAt, seconds, startedBy, steps, error, cause } = trace;
  const shown = steps.slice(-MAX_STEPS);
  const limit = Math.min(MAX_VALUE, Math.floor(MAX_SHOWN_DATA / (2 * Math.max(1, shown.length))));
  const left = steps.length - shown.length;
  const picture = workflowPicture(workflow, steps);
  return workspaceScreenOf({
    workspace,
    part: 'executions',
    place: workflow,
    beside: chip(executionLooks[status]),
    body: html`<section class="card" aria-label="The execution"><dl class="facts">
<div><dt>Execution</dt><dd><code>${name}</code></dd></div>
<div><dt>Started</dt><dd>${exactTime(startedAt)}</dd></div>
<div><dt>Took</dt><dd>${seconds === undefined ? 'runs still' : exactDuration(seconds)}</dd></div>
${startedBy === undefined ? '' : html`<div><dt>Started by</dt><dd>${startedBy}</dd></div>`}
</dl>${aws ? html`<p class="small"><a href="${executionUrl(workflow, name, aws)}" rel="noreferrer">Open in AWS’s console</a></p>` : ''}</section>
${error === undefined ? '' : html`<section class="card bad"><h2>${error}</h2><p>${multilineText(cause ?? '')}</p></section>`}
${picture === undefined ? '' : html`<section class="card"><h2>The way through the state machine</h2>${picture}</section>`}
<section class="card"><h2>${counted(steps.length, 'step')}</h2><p class="small soft">Links, tokens and addresses of people have been taken out of what the steps got and gave.${left === 0 ? '' : ` These are the latest ${shown.length}; gateloop trace shows all.`}</p>${shown.map((step, index) => stepItem(step, left + index, limit))}</section>`,
  });
}

function stepItem(step: StepView, index: number, limit: number): Html {
  const { state, type, startedAt, seconds, input, output, failures, error, cause } = step;
  return html`<details class="step" id="step-${index}"><summary><span class="name">${state}</span>
${error === undefined ? '' : html`<span class="state failed"><span aria-hidden="true">✗</span> ${error}</span>`}
<span class="small soft">${type}${seconds === undefined ? ' · runs' : ` · ${exactDuration(seconds)}`}${failures === 0 ? '' : ` · tried again ${counted(failures, 'time')}`}</span></summary>
<div class="inside"><p class="small soft">${exactTime(startedAt)}</p>
${cause === undefined ? '' : html`<p>${multilineText(cause)}</p>`}
<h3>Got</h3>${data(input, limit)}
${output === undefined ? '' : html`<h3>Gave</h3>${data(output, limit)}`}</div></details>`;
}

function data(value: JsonValue, limit: number): Html {
  const text = JSON.stringify(value, null, 2);
  const rest = text.length - limit;
  return html`<pre tabindex="0">${multilineText(text.slice(0, limit))}${rest > 0 ? html`… and ${rest} more characters, which gateloop trace shows` : ''}</pre>`;
}
