import { html } from 'hono/html';
import type { ApprovalAsked, Asked, ConsentAsked, RecordAsked } from '../../../core/authorization/asked.ts';
import { inWords } from '../../../core/authorization/pageText.ts';
import type { AuthorizationRequest } from '../../../core/authorization/request.ts';
import { expiryOf } from '../../../core/authorization/rounds.ts';
import type { ToolChange } from '../../../core/schemas/compareTools.ts';
import type { Html } from './layout.ts';

/** What exactly is asked, under the words. */
export function askedDetails(request: AuthorizationRequest): Html {
  const { asked, workspace, state } = request;
  return html`<dl>
<div><dt>Workspace</dt><dd>${workspace}</dd></div>
${rows(asked)}
${state === 'open' ? html`<div><dt>Answer until</dt><dd>${inWords(expiryOf(request))}</dd></div>` : ''}
</dl>
${beneath(asked)}`;
}

function rows(asked: Asked): Html {
  switch (asked.kind) {
    case 'consent':
      return consentRows(asked);
    case 'approval':
      return html`<div><dt>Gateway and target</dt><dd>${asked.gateway} / ${asked.target}</dd></div>`;
    case 'record':
      return recordRows(asked);
  }
}

function consentRows({ gateway, target, endpoint, provider, scopes }: ConsentAsked): Html {
  return html`<div><dt>Gateway and target</dt><dd>${gateway} / ${target}</dd></div>
${endpoint === undefined ? '' : html`<div><dt>What it reaches</dt><dd><code>${endpoint}</code></dd></div>`}
${provider === undefined ? '' : html`<div><dt>Where you log in</dt><dd>${provider}</dd></div>`}
<div><dt>What it may do there</dt><dd>${
    scopes.length > 0
      ? html`<ul>${scopes.map((scope) => html`<li><code>${scope}</code></li>`)}</ul>`
      : 'Whatever the login page shows you'
  }</dd></div>`;
}

function recordRows({ registryId, recordId, description, descriptorType }: RecordAsked): Html {
  return html`<div><dt>Registry and record</dt><dd>${registryId} / ${recordId}</dd></div>
<div><dt>Kind</dt><dd>${descriptorType}</dd></div>
${description === undefined ? '' : html`<div><dt>Description</dt><dd>${description}</dd></div>`}`;
}

function beneath(asked: Asked): Html {
  switch (asked.kind) {
    case 'consent':
      return html``;
    case 'approval':
      return toolChanges(asked);
    case 'record':
      return html`<h2>What was submitted</h2><pre tabindex="0">${asked.descriptor}</pre>
${
  asked.approved === undefined
    ? html`<p class="note">No version of it was approved through Gateloop before.</p>`
    : html`<h2>What was approved last</h2><pre tabindex="0">${asked.approved}</pre>`
}`;
  }
}

function toolChanges({ changes, total }: ApprovalAsked): Html {
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
