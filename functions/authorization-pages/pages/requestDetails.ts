import { html } from 'hono/html';
import { formatUtcTime, refusalEffect } from '../../../core/authorization/pageCopy.ts';
import { expiryTime } from '../../../core/authorization/reminderSchedule.ts';
import type { AuthorizationRequest } from '../../../core/authorization/request.ts';
import type {
  ApprovalSubject,
  AuthorizationSubject,
  RecordSubject,
  RequestSubject,
} from '../../../core/authorization/requestSubject.ts';
import type { RecordChange } from '../../../core/registry/diffRecords.ts';
import type { ToolChange } from '../../../core/toolContracts/compareTools.ts';
import type { Html } from './layout.ts';

/** The facts of a request, below the text of its page. */
export function requestDetails(request: AuthorizationRequest): Html {
  const { subject, workspace, state } = request;
  return html`<dl>
<div><dt>Workspace</dt><dd>${workspace}</dd></div>
${subjectRows(subject, state === 'open')}
${
  state === 'open'
    ? html`<div><dt>If nobody answers</dt><dd>${refusalEffect(subject)}</dd></div>
<div><dt>Answer until</dt><dd>${formatUtcTime(expiryTime(request))}</dd></div>`
    : ''
}
</dl>
${subjectDetails(subject)}`;
}

function subjectRows(subject: RequestSubject, isOpen: boolean): Html {
  switch (subject.kind) {
    case 'authorization':
      return consentRows(subject, isOpen);
    case 'approval':
      return html`<div><dt>Gateway and target</dt><dd>${subject.gateway} / ${subject.target}</dd></div>`;
    case 'record':
      return recordRows(subject);
  }
}

function consentRows(
  { gateway, target, endpoint, provider, scopes }: AuthorizationSubject,
  isOpen: boolean,
): Html {
  return html`<div><dt>Gateway and target</dt><dd>${gateway} / ${target}</dd></div>
${endpoint === undefined ? '' : html`<div><dt>What it reaches</dt><dd><code>${endpoint}</code></dd></div>`}
${provider === undefined ? '' : html`<div><dt>Where you log in</dt><dd>${provider}</dd></div>`}
<div><dt>What it asks for there</dt><dd>${
    scopes.length > 0
      ? html`<ul>${scopes.map((scope) => html`<li><code>${scope}</code></li>`)}</ul>
${isOpen ? html`<span class="note">These are the service’s own names; its login page explains them.</span>` : ''}`
      : 'The login page shows it'
  }</dd></div>`;
}

function recordRows({ registryId, recordId, description, descriptorType, facts }: RecordSubject): Html {
  const { server, version, tools = [], toolCount = 0 } = facts;
  return html`<div><dt>Registry and record</dt><dd>${registryId} / ${recordId}</dd></div>
<div><dt>Kind</dt><dd>${descriptorType}</dd></div>
${description === undefined ? '' : html`<div><dt>Description</dt><dd>${description}</dd></div>`}
${server === undefined ? '' : html`<div><dt>Server address</dt><dd><code>${server}</code></dd></div>`}
${version === undefined ? '' : html`<div><dt>Version</dt><dd>${version}</dd></div>`}
${
  tools.length === 0
    ? ''
    : html`<div><dt>Tools</dt><dd>${tools.join(', ')}${toolCount > tools.length ? ` and ${toolCount - tools.length} more` : ''}</dd></div>`
}`;
}

function subjectDetails(subject: RequestSubject): Html {
  switch (subject.kind) {
    case 'authorization':
      return html``;
    case 'approval':
      return toolChanges(subject);
    case 'record':
      return html`${recordDifference(subject)}
<h2>The whole submission</h2><pre tabindex="0">${subject.descriptor}</pre>`;
  }
}

function recordDifference({ difference }: RecordSubject): Html {
  if (!difference) return html`<p class="note">Gateloop knows no approved version to compare it with.</p>`;
  const { changes, total } = difference;
  if (total === 0) return html`<h2>What changes</h2><p>Nothing: it is equal to the approved version.</p>`;
  return html`<h2>What changes since the approved version</h2>
<table class="changes"><tbody>${changes.map(recordChange)}</tbody></table>
${total > changes.length ? html`<p class="note">… and ${total - changes.length} more changes.</p>` : ''}`;
}

const changeLabels: Readonly<Record<RecordChange['kind'], { readonly tag: string; readonly style: string }>> =
  {
    added: { tag: 'new', style: 'plus' },
    removed: { tag: 'gone', style: 'minus' },
    changed: { tag: 'changed', style: '' },
  };

function recordChange({ kind, label, path, before, after }: RecordChange): Html {
  const { tag, style } = changeLabels[kind];
  return html`<tr><th scope="row">${label} <span class="tag ${style}">${tag}</span>${label === path ? '' : html`<br><code>${path}</code>`}</th>
<td>${before === undefined ? '' : html`<div><span class="minus">was:</span> ${before}</div>`}
${after === undefined ? '' : html`<div><span class="plus">is:</span> ${after}</div>`}</td></tr>`;
}

function toolChanges({ changes, total }: ApprovalSubject): Html {
  const tools = [...new Set(changes.map(({ tool }) => tool))];
  return html`<h2>What changes</h2>
${tools.map(
  (tool) => html`<h3><code>${tool}</code></h3>
<ul>${changes.filter((change) => change.tool === tool).map(toolChange)}</ul>`,
)}
${total > changes.length ? html`<p class="note">… and ${total - changes.length} more changes.</p>` : ''}`;
}

function toolChange({ message, breaking, before, after }: ToolChange): Html {
  return html`<li>${message} ${breaking ? html`<span class="tag minus">may break agents</span>` : ''}
${before === undefined ? '' : html`<br><span class="minus">was:</span> ${before}`}
${after === undefined ? '' : html`<br><span class="plus">is:</span> ${after}`}</li>`;
}
