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

/** What exactly is asked, under the words. */
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

function subjectRows(asked: RequestSubject, isOpen: boolean): Html {
  switch (asked.kind) {
    case 'authorization':
      return consentRows(asked, isOpen);
    case 'approval':
      return html`<div><dt>Gateway and target</dt><dd>${asked.gateway} / ${asked.target}</dd></div>`;
    case 'record':
      return recordRows(asked);
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
${isOpen ? html`<span class="note">These are the service’s own words for it; its login page explains them.</span>` : ''}`
      : 'Whatever the login page shows you'
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

function subjectDetails(asked: RequestSubject): Html {
  switch (asked.kind) {
    case 'authorization':
      return html``;
    case 'approval':
      return toolChanges(asked);
    case 'record':
      return html`${recordDifference(asked)}
<h2>All that was submitted</h2><pre tabindex="0">${asked.descriptor}</pre>`;
  }
}

function recordDifference({ difference }: RecordSubject): Html {
  if (!difference) return html`<p class="note">No approved version of it is known to compare it with.</p>`;
  const { changes, total } = difference;
  if (total === 0) return html`<h2>What changes</h2><p>Nothing: it says what the approved version says.</p>`;
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
