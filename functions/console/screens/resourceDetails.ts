import type { Difference } from '../../../core/comparison/compareConfiguration.ts';
import type { ResourceView, TargetTools, ToolsSource, WorkspaceView } from '../../../core/fleet/views.ts';
import type { ShownDifference } from '../../../core/reconcile/differenceReport.ts';
import { counted } from '../../../core/text/counted.ts';
import { visibleStart } from '../../../core/text/visible.ts';
import { type Html, html } from '../../web/html.ts';
import { type AwsPlace, resourceUrl } from './awsConsole.ts';
import { answerPath } from './paths.ts';
import { ago, exactTime, until } from './times.ts';

export interface ResourceDetailsInput {
  readonly resource: ResourceView;
  readonly view: WorkspaceView;
  readonly tools: TargetTools | undefined;
  /** How many tools of a target are listed. */
  readonly maxTools: number;
  readonly aws: AwsPlace | undefined;
}

/** All that is known of one resource, below its line in the tree. */
export function resourceDetails({ resource, view, tools, maxTools, aws }: ResourceDetailsInput): Html {
  const { reasons, differences, kind, sync } = resource;
  return html`${reasons.length === 0 ? '' : html`<ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}
${answers(resource, view)}
<dl class="facts">${facts(resource, view)}</dl>
${differences.length === 0 ? '' : differenceTable(differences)}
${kind === 'gatewayTarget' ? html`${tools ? toolTable(tools, maxTools) : ''}${sync ? syncProof(sync, view.time) : ''}` : ''}
${aws && resource.id !== undefined ? html`<p class="small"><a href="${resourceUrl(kind, aws)}" rel="noreferrer">Open in AWS’s console</a></p>` : ''}`;
}

function answers({ address }: ResourceView, { questions }: WorkspaceView): Html {
  const own = questions.filter((question) => question.address === address && question.state === 'open');
  if (own.length === 0) return html``;
  return html`<p>${own.map(({ reference, question }) => html`<a class="go" href="${answerPath(reference)}">Answer</a> ${question} `)}</p>`;
}

/** A fact that is too long for a column. */
const WIDE = 'ARN';

function facts(resource: ResourceView, { time }: WorkspaceView): Html[] {
  const { id, arn, owner, since, operation, retry } = resource;
  const rows: (readonly [string, Html | string] | undefined)[] = [
    ['In this state since', html`${exactTime(since)}`],
    owner === undefined ? undefined : ['Owner', owner],
    id === undefined || id === arn ? undefined : ['Id in AWS', html`<code>${id}</code>`],
    operation && ['Operation', html`${operation.operation}, started ${ago(operation.since, time)}`],
    retry && ['Failures', retryText(retry, time)],
    arn === undefined ? undefined : [WIDE, html`<code>${arn}</code>`],
  ];
  return rows.flatMap((row) =>
    row
      ? [html`<div${row[0] === WIDE ? html` class="wide"` : ''}><dt>${row[0]}</dt><dd>${row[1]}</dd></div>`]
      : [],
  );
}

function retryText({ failures, nextAt, rolledBack }: ResourceView['retry'] & object, now: string): Html {
  const next =
    nextAt === undefined
      ? html`not tried again before the manifest changes`
      : html`next try ${until(nextAt, now)}`;
  return html`${failures}, ${next}${rolledBack ? '; the last good configuration is in place' : ''}`;
}

/** The ledger keeps no longer ones. */
const MAX_VALUE = 201;

const CHANGES: Readonly<Record<Difference['change'], string>> = {
  changed: 'has another value than the manifest says',
  added: 'is there, and the manifest does not name it',
  removed: 'is gone, and the manifest names it',
  unreadable: 'may have changed: the service does not show it',
};

function differenceTable(differences: readonly ShownDifference[]): Html {
  return html`<h3>Changed outside Gateloop</h3><table><thead><tr><th scope="col">Member</th><th scope="col">Applied</th><th scope="col">In AgentCore</th></tr></thead>
<tbody>${differences.map(differenceRow)}</tbody></table>`;
}

function differenceRow({ path, change, applied, live }: ShownDifference): Html {
  const value = (text: string | undefined) =>
    text === undefined
      ? html`<span class="soft">–</span>`
      : html`<code>${visibleStart(text, MAX_VALUE)}</code>`;
  return html`<tr><th scope="row"><code>${path}</code></th><td data-name="Applied">${value(applied)}</td><td data-name="In AgentCore">${value(live)} <span class="small soft">${CHANGES[change]}</span></td></tr>`;
}

const SOURCES: Readonly<Record<ToolsSource, string>> = {
  schema: 'as its schema describes them',
  gateway: 'as the gateway listed them after the last synchronization',
  server: 'as its MCP server listed them',
};

/** A server may describe a tool at any length. */
const MAX_DESCRIPTION = 200;

function toolTable({ tools, source, unknown }: TargetTools, maxTools: number): Html {
  if (tools.length === 0) return html`<h3>Tools</h3><p class="soft">${unknown ?? 'It offers no tools.'}</p>`;
  return html`<h3>${counted(tools.length, 'tool')}${source === undefined ? '' : html` <span class="small soft">${SOURCES[source]}</span>`}</h3>
<table><thead><tr><th scope="col">Name</th><th scope="col">What it says of itself</th></tr></thead>
<tbody>${tools.slice(0, maxTools).map(({ name, description = '' }) => html`<tr><th scope="row"><code>${name}</code></th><td>${description === '' ? html`<span class="soft">nothing</span>` : visibleStart(description, MAX_DESCRIPTION)}</td></tr>`)}</tbody></table>${tools.length > maxTools ? html`<p class="soft">and ${tools.length - maxTools} more, which <code>gateloop tools</code> lists</p>` : ''}`;
}

function syncProof({ at, wantedSince, watch }: ResourceView['sync'] & object, now: string): Html {
  return html`<h3>Synchronization</h3><dl class="facts">
<div><dt>Last one, as AgentCore says</dt><dd>${ago(at, now)} <span class="small soft">${exactTime(at)}</span></dd></div>
${wantedSince === undefined ? '' : html`<div><dt>Asked for</dt><dd>${ago(wantedSince, now)}</dd></div>`}
<div><dt>Changes of its tools</dt><dd>${watch.watched ? `watched: the list of the ${(watch.sources ?? []).join(' and of the ')} was read afterwards` : (watch.reason ?? 'not watched')}</dd></div>
</dl>`;
}
