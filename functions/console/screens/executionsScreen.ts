import type { ExecutionView } from '../../../core/fleet/views.ts';
import { type Html, html } from '../../web/html.ts';
import type { Screen } from './layout.ts';
import { executionPath } from './paths.ts';
import { chip, executionLooks } from './states.ts';
import { ago, exactDuration } from './times.ts';
import { workspaceScreenOf } from './workspaceFrame.ts';

export interface ExecutionsInput {
  readonly workspace: string;
  readonly executions: readonly ExecutionView[];
  /** ISO 8601. */
  readonly time: string;
}

/** The executions of the state machines that worked on a workspace, the latest first. */
export function executionsScreen({ workspace, executions, time }: ExecutionsInput): Screen {
  const body =
    executions.length === 0
      ? html`<div class="card empty"><p><strong>No execution is known</strong></p><p>Step Functions keeps executions for 90 days after their end.</p></div>`
      : html`<section class="card" aria-label="Executions"><table><thead><tr><th scope="col">Execution</th><th scope="col">Status</th><th scope="col">Started by</th><th scope="col">Started</th><th scope="col" class="number">Took</th></tr></thead>
<tbody>${executions.map((execution) => row(execution, workspace, time))}</tbody></table></section>`;
  return workspaceScreenOf({ workspace, part: 'executions', body });
}

function row(execution: ExecutionView, workspace: string, now: string): Html {
  const { workflow, name, status, startedAt, seconds, startedBy } = execution;
  return html`<tr>
<th scope="row"><a href="${executionPath(workspace, workflow, name)}">${workflow}</a><div class="small soft"><code>${name}</code></div></th>
<td>${chip(executionLooks[status])}</td>
<td data-name="Started by">${startedBy ?? html`<span class="soft">–</span>`}</td>
<td data-name="Started" class="nowrap">${ago(startedAt, now)}</td>
<td data-name="Took" class="number nowrap">${seconds === undefined ? html`<span class="soft">–</span>` : exactDuration(seconds)}</td>
</tr>`;
}
