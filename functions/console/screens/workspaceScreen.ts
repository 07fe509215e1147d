import type { ResourceView, TargetTools, WorkspaceView } from '../../../core/fleet/views.ts';
import { operationWords } from '../../../core/outcome/stateMarks.ts';
import type { Problem } from '../../../core/problem.ts';
import { inWords, resourceKinds } from '../../../core/resources/resourceKinds.ts';
import { counted } from '../../../core/text/counted.ts';
import { type Html, html } from '../../web/html.ts';
import type { AwsPlace } from './awsConsole.ts';
import { tally } from './fleetScreen.ts';
import type { Screen } from './layout.ts';
import { questionList } from './questions.ts';
import { type ResourceDetailsInput, resourceDetails } from './resourceDetails.ts';
import { chip, conditionLooks, workspaceLooks } from './states.ts';
import { ago, exactTime, span, until } from './times.ts';
import { workspaceScreenOf } from './workspaceFrame.ts';

export interface WorkspaceScreenInput {
  readonly workspace: WorkspaceView;
  readonly tools: readonly TargetTools[];
  /** Absent where AWS's console shows nothing of it, as on the embedded AWS. */
  readonly aws?: AwsPlace;
}

/** A workspace: what is wrong, what waits, and its resources as a tree. */
export function workspaceScreen({ workspace: view, tools, aws }: WorkspaceScreenInput): Screen {
  const { workspace, state, since, time, questions, problems } = view;
  return workspaceScreenOf({
    workspace,
    beside: html`${chip(workspaceLooks[state])}${since === undefined ? '' : html`<span class="soft">for ${span(since, time)}</span>`}${view.reconciling ? html`<span class="busy">… Gateloop works on it now</span>` : ''}`,
    body: html`${holds(view)}
<section class="card" aria-label="Passes">${passes(view)}</section>
${questions.length === 0 ? '' : html`<section class="card told"><h2>${counted(questions.length, 'question')} for people</h2>${questionList(questions, time)}</section>`}
${problems.length === 0 ? '' : html`<section class="card ${problems.some(({ severity }) => severity === 'error') ? 'bad' : 'told'}"><h2>Problems in the files</h2>${problems.map(problemItem)}</section>`}
<section class="card"><h2>Resources</h2>${resourceTree(view, tools, aws)}</section>`,
  });
}

/** What keeps Gateloop from changing the workspace. */
function holds({ suspension, breaker, time }: WorkspaceView): Html {
  return html`${
    suspension
      ? html`<section class="card told"><h2>Operators have suspended all changes</h2><p>Since ${ago(suspension.since, time)}.${suspension.reason === undefined ? '' : ` Reason: ${suspension.reason}`}</p><p class="soft">Gateloop goes on reading, and makes the changes after <code>gateloop resume</code>.</p></section>`
      : ''
  }${
    breaker
      ? html`<section class="card told"><h2>Healing is held back</h2><p>Since ${ago(breaker.since, time)}, ${counted(breaker.resources, 'resource')}: too many were changed outside Gateloop at once, in ${breaker.kind === 'fleet' ? 'all workspaces together' : 'this workspace'}.</p><p class="soft">An operator who knows why lets it go on with <code>gateloop heal</code>.</p></section>`
      : ''
  }`;
}

function passes(view: WorkspaceView): Html {
  const { owner, lastPass, nextPass, time, revision, resources } = view;
  return html`<dl class="facts">
<div><dt>Owner</dt><dd>${owner ?? 'nobody'}</dd></div>
<div><dt>Last pass</dt><dd>${lastPass === undefined ? 'none yet' : html`${ago(lastPass, time)} <span class="small soft">${exactTime(lastPass)}</span>`}</dd></div>
<div><dt>Next pass</dt><dd>${view.reconciling ? 'runs now' : nextPass === undefined ? 'with the next change' : until(nextPass, time)}</dd></div>
${revision === undefined || revision === '' ? '' : html`<div><dt>Revision of the upload</dt><dd><code>${revision.slice(0, 12)}</code></dd></div>`}
<div class="wide"><dt>Resources</dt><dd>${tally(resources)}</dd></div>
</dl>`;
}

/** A problem in the format of compilers: the place first. */
function problemItem({ severity, file, line, column, path, message, expected, suggestion }: Problem): Html {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const isError = severity === 'error';
  return html`<div class="problem"><span class="state ${isError ? 'failed' : 'care'}"><span aria-hidden="true">${isError ? '✗' : '!'}</span> ${severity}</span> <code class="name">${place}</code>
<p>${message}</p>
${expected === undefined ? '' : html`<p class="soft">Expected: ${expected}</p>`}
${suggestion === undefined ? '' : html`<p class="soft">Did you mean “${suggestion}”?</p>`}
${path === '' ? '' : html`<p class="small soft">at <code>${path}</code></p>`}</div>`;
}

/** Tools that all targets together may list in full: a workspace of 500 targets can have 100,000, and Lambda returns 6 MB. */
const MAX_TOOLS = 3_000;
const FEW_TOOLS = 5;

function resourceTree(view: WorkspaceView, tools: readonly TargetTools[], aws: AwsPlace | undefined): Html {
  const { members } = view;
  if (members.length === 0)
    return html`<div class="empty"><p><strong>No resource is known yet</strong></p><p>They appear with the first pass, a few seconds after the upload.</p></div>`;
  const total = tools.reduce((sum, each) => sum + each.tools.length, 0);
  const maxTools = total > MAX_TOOLS ? FEW_TOOLS : MAX_TOOLS;
  const addresses = new Set(members.map(({ address }) => address));
  const roots = members.filter(({ parent }) => parent === undefined || !addresses.has(parent));
  const item = (resource: ResourceView): Html => {
    const children = members.filter(({ parent }) => parent === resource.address);
    return html`<li>${resourceItem({ resource, view, tools: toolsOf(resource, tools), maxTools, aws })}${children.length === 0 ? '' : html`<ul class="tree">${children.map(item)}</ul>`}</li>`;
  };
  return html`<ul class="tree">${roots.map(item)}</ul>`;
}

function toolsOf({ kind, name }: ResourceView, tools: readonly TargetTools[]): TargetTools | undefined {
  return kind === 'gatewayTarget' ? tools.find(({ target }) => target === name) : undefined;
}

const KIND_WORDS: Readonly<Partial<Record<ResourceView['kind'], string>>> = {
  gatewayTarget: 'target',
  gatewayRule: 'rule',
  gatewayRateLimit: 'rate limit',
  gatewayResourcePolicy: 'resource policy',
  agentRuntimeResourcePolicy: 'resource policy',
  agentRuntimeEndpoint: 'endpoint',
  harnessEndpoint: 'endpoint',
  oauth2CredentialProvider: 'OAuth2 credential provider',
  apiKeyCredentialProvider: 'API key credential provider',
  onlineEvaluationConfig: 'online evaluation',
};

/** States whose reasons a reader wants to see at once. */
const CALM: ReadonlySet<ResourceView['state']> = new Set(['ready', 'in-progress']);

function resourceItem(input: ResourceDetailsInput): Html {
  const { resource, view, tools } = input;
  const { address, kind, name, state, operation, since } = resource;
  const local = resourceKinds[kind].parent ? name.slice(name.indexOf('/') + 1) : name;
  const look = conditionLooks[state];
  const words = state === 'in-progress' && operation ? operationWords[operation.operation] : look.words;
  return html`<details id="${address}"${CALM.has(state) ? '' : html` open`}><summary><span class="name">${local}</span> ${chip(look, words)} <span class="kind">${KIND_WORDS[kind] ?? inWords(kind)}${tools && tools.tools.length > 0 ? ` · ${counted(tools.tools.length, 'tool')}` : ''} · ${span(operation?.since ?? since, view.time)}</span></summary>
<div class="inside">${resourceDetails(input)}</div></details>`;
}
