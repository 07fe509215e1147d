import type { FleetView, WorkspaceState, WorkspaceSummary } from '../../../core/fleet/views.ts';
import type { ResourceCondition } from '../../../core/reconcile/ledgerRecord.ts';
import { counted } from '../../../core/text/counted.ts';
import { type Html, html } from '../../web/html.ts';
import type { Screen } from './layout.ts';
import { workspacePath } from './paths.ts';
import { chip, conditionLooks, workspaceLooks } from './states.ts';
import { ago, span, until } from './times.ts';

/** What the reader looks for in the fleet. */
export interface FleetFilter {
  readonly state?: WorkspaceState;
  /** A part of the name of a workspace or of its owner, in any case of letters. */
  readonly text?: string;
}

// The keys are exactly the states.
const STATES = Object.keys(workspaceLooks) as readonly WorkspaceState[];
const CONDITIONS = Object.keys(conditionLooks) as readonly ResourceCondition[];

/** @returns the state that a query names */
export function parseState(text: string | undefined): WorkspaceState | undefined {
  return STATES.find((state) => state === text);
}

/** Every workspace with its state, what waits, and its passes: those that need a person first. */
export function fleetScreen({ workspaces, time }: FleetView, filter: FleetFilter): Screen {
  const found = workspaces.filter((workspace) => matches(workspace, filter));
  const body =
    workspaces.length === 0
      ? html`<div class="head"><h1>Fleet</h1></div>${nothingYet}`
      : html`<div class="head"><h1>Fleet</h1></div>
<p class="lead">${leadOf(workspaces)}</p>
${stateStrip(workspaces, filter)}
${workspaces.length > FEW || filter.text ? searchForm(filter) : ''}
<section class="card" aria-label="Workspaces">${found.length === 0 ? nothingFound : table(found.toSorted(byUrgency), time)}</section>`;
  return { title: 'Fleet', at: '/', body };
}

/** So many workspaces are found by looking. */
const FEW = 8;

function matches({ workspace, owner = '', state }: WorkspaceSummary, filter: FleetFilter): boolean {
  const text = filter.text?.toLowerCase() ?? '';
  return (
    (filter.state === undefined || filter.state === state) &&
    (workspace.toLowerCase().includes(text) || owner.toLowerCase().includes(text))
  );
}

function byUrgency(one: WorkspaceSummary, other: WorkspaceSummary): number {
  const rank = STATES.indexOf(one.state) - STATES.indexOf(other.state);
  return rank === 0 ? one.workspace.localeCompare(other.workspace, 'en') : rank;
}

function leadOf(workspaces: readonly WorkspaceSummary[]): string {
  const waiting = workspaces.reduce((sum, each) => sum + each.waiting, 0);
  const atWork = workspaces.filter(({ reconciling }) => reconciling).length;
  const inStep = workspaces.filter(({ state }) => state === 'ready').length;
  const parts = [
    inStep === workspaces.length
      ? `All ${counted(workspaces.length, 'workspace')} in step with their manifests.`
      : `${inStep} of ${counted(workspaces.length, 'workspace')} in step with their manifests.`,
    waiting === 0 ? 'Nothing waits for a person.' : `${counted(waiting, 'question')} for people.`,
    ...(atWork === 0 ? [] : [`Gateloop works on ${counted(atWork, 'workspace')} now.`]),
  ];
  return parts.join(' ');
}

function stateStrip(workspaces: readonly WorkspaceSummary[], filter: FleetFilter): Html {
  const present = STATES.filter((state) => workspaces.some((each) => each.state === state));
  const link = (state: WorkspaceState | undefined, number: number, words: Html | string) =>
    html`<li><a href="${fleetPath({ ...filter, state })}"${state === filter.state ? html` aria-current="true"` : ''}><b>${number}</b><span>${words}</span></a></li>`;
  return html`<ul class="strip" aria-label="Workspaces by state">${link(undefined, workspaces.length, 'all')}
${present.map((state) => {
  const { mark, tone, words } = workspaceLooks[state];
  const number = workspaces.filter((each) => each.state === state).length;
  return link(
    state,
    number,
    html`<span class="${tone}"><span aria-hidden="true">${mark}</span>&nbsp;${words}</span>`,
  );
})}</ul>`;
}

function fleetPath({ state, text }: { state?: WorkspaceState | undefined; text?: string }): string {
  const query = new URLSearchParams({ ...(state && { state }), ...(text && { text }) }).toString();
  return query === '' ? '/' : `/?${query}`;
}

function searchForm({ state, text = '' }: FleetFilter): Html {
  return html`<form class="find" role="search">
<input name="text" value="${text}" aria-label="Name of a workspace or an owner" placeholder="Name of a workspace or an owner" autocomplete="off">
${state === undefined ? '' : html`<input type="hidden" name="state" value="${state}">`}
<button class="quiet">Find</button></form>`;
}

function table(workspaces: readonly WorkspaceSummary[], now: string): Html {
  return html`<table>
<thead><tr><th scope="col">Workspace</th><th scope="col">State</th><th scope="col">Resources</th><th scope="col">Waits for people</th><th scope="col">Last pass</th><th scope="col">Next pass</th></tr></thead>
<tbody>${workspaces.map((workspace) => row(workspace, now))}</tbody>
</table>`;
}

function row(workspace: WorkspaceSummary, now: string): Html {
  const { workspace: name, owner, state, since, waiting, waitingSince, lastPass, nextPass } = workspace;
  const none = html`<span class="soft">–</span>`;
  return html`<tr>
<th scope="row"><a href="${workspacePath(name)}">${name}</a>${owner === undefined ? '' : html`<div class="small soft">${owner}</div>`}</th>
<td>${chip(workspaceLooks[state])}${since === undefined ? '' : html` <span class="small soft nowrap">for ${span(since, now)}</span>`}${remarks(workspace)}</td>
<td data-name="Resources">${tally(workspace.resources)}</td>
<td data-name="Waits for people"${waiting === 0 ? html` class="none"` : ''}>${waiting === 0 ? none : html`<a href="/inbox?workspace=${encodeURIComponent(name)}">${counted(waiting, 'question')}</a>${waitingSince === undefined ? '' : html` <span class="small soft nowrap">since ${ago(waitingSince, now)}</span>`}`}</td>
<td data-name="Last pass" class="nowrap">${lastPass === undefined ? none : ago(lastPass, now)}</td>
<td data-name="Next pass" class="nowrap">${workspace.reconciling ? html`<span class="busy">runs now</span>` : nextPass === undefined ? none : until(nextPass, now)}</td>
</tr>`;
}

function remarks({ errors, warnings, suspension, breaker }: WorkspaceSummary): Html {
  const texts = [
    ...(errors === 0 ? [] : [counted(errors, 'error')]),
    ...(warnings === 0 ? [] : [counted(warnings, 'warning')]),
    ...(suspension ? ['changes suspended'] : []),
    ...(breaker ? ['healing held back'] : []),
  ];
  return texts.length === 0 ? html`` : html`<div class="small soft">${texts.join(', ')}</div>`;
}

/** The number of resources in each state. */
export function tally(resources: WorkspaceSummary['resources']): Html {
  const present = CONDITIONS.filter((condition) => (resources[condition] ?? 0) > 0);
  if (present.length === 0) return html`<span class="soft">–</span>`;
  return html`<span class="tally">${present.map((condition) => {
    const { mark, tone, words } = conditionLooks[condition];
    return html`<span class="${tone} nowrap"><span aria-hidden="true">${mark}</span> ${resources[condition] ?? 0} ${words}</span>`;
  })}</span>`;
}

const nothingYet = html`<div class="card empty"><p><strong>There is no workspace yet</strong></p>
<p>A workspace is a folder with a <code>manifest.yaml</code>. Upload one with <code>gateloop push</code>, and it appears here within seconds.</p></div>`;

const nothingFound = html`<div class="empty"><p><strong>No workspace is like that</strong></p>
<p><a href="/">Show the whole fleet</a></p></div>`;
