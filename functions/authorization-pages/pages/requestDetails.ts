import { parseAddress } from '../../../core/address.ts';
import type { ShownDetails } from '../../../core/authorization/page.ts';
import { deletionCount, formatUtcTime, refusalEffect } from '../../../core/authorization/pageCopy.ts';
import { expiryTime } from '../../../core/authorization/reminderSchedule.ts';
import type { AuthorizationRequest } from '../../../core/authorization/request.ts';
import type {
  AuthorizationSubject,
  DeletedResource,
  RecordSubject,
} from '../../../core/authorization/requestSubject.ts';
import type { RecordChange } from '../../../core/registry/diffRecords.ts';
import type { DeletionDetails, RecordDetails } from '../../../core/storage/requestDetails.ts';
import type { SettingChange } from '../../../core/toolContracts/toolContract.ts';
import { type Html, html, textLines } from '../../web/html.ts';
import { changedText } from './changedText.ts';
import { toolChanges } from './toolChanges.ts';

/**
 * The facts of a request, below the text of its page.
 *
 * @param details everything that an answer covers; absent on the pages of closed requests, and for a consent, which the
 * provider's own page describes
 */
export function requestDetails(request: AuthorizationRequest, details?: ShownDetails): Html {
  const { subject, workspace, state, reason } = request;
  return html`<dl>
<div><dt>Workspace</dt><dd>${workspace}</dd></div>
${subjectRows(request)}
${
  // The page of a withdrawn request has the reason in its text.
  reason !== undefined && (state === 'completed' || state === 'refused')
    ? html`<div><dt>Reason</dt><dd>${reason}</dd></div>`
    : ''
}
${
  state === 'open'
    ? html`<div><dt>If nobody answers</dt><dd>${refusalEffect(subject)}</dd></div>
<div><dt>Answer until</dt><dd>${formatUtcTime(expiryTime(request))}</dd></div>`
    : ''
}
</dl>
${details === undefined ? '' : wholeDetails(details)}`;
}

function subjectRows({ subject, state, address }: AuthorizationRequest): Html {
  switch (subject.kind) {
    case 'authorization':
      return consentRows(subject, state === 'open');
    case 'approval':
      return html`<div><dt>Gateway and target</dt><dd>${subject.gateway} / ${subject.target}</dd></div>`;
    case 'deletion':
      return html`<div><dt>What goes</dt><dd>${deletionCount(subject)}</dd></div>`;
    case 'record':
      return recordRows(subject, parseAddress(address).name);
  }
}

function consentRows(
  { gateway, target, of, endpoint, provider, loginAt = provider, scopes, returnUrl }: AuthorizationSubject,
  isOpen: boolean,
): Html {
  return html`${
    of
      ? html`<div><dt>Registry record</dt><dd>${target}</dd></div>`
      : html`<div><dt>Gateway and target</dt><dd>${gateway} / ${target}</dd></div>`
  }
${endpoint === undefined ? '' : html`<div><dt>What it reaches</dt><dd><code>${endpoint}</code></dd></div>`}
${loginAt === undefined ? '' : html`<div><dt>Where you log in</dt><dd>${loginAt}</dd></div>`}
${
  returnUrl === undefined
    ? ''
    : html`<div><dt>Where you return to</dt><dd><code>${returnUrl}</code><br>
<span class="note">This is another site. It learns of your login, and Gateloop cannot check there whose consent it is.</span></dd></div>`
}
<div><dt>What it asks for there</dt><dd>${
    scopes.length > 0
      ? html`<ul>${scopes.map((scope) => html`<li><code>${scope}</code></li>`)}</ul>
${isOpen ? html`<span class="note">These are the service’s own names; its login page explains them.</span>` : ''}`
      : 'The login page shows it'
  }</dd></div>`;
}

function recordRows(
  { registryId, recordId, description, descriptorType, facts, importedBy }: RecordSubject,
  registry: string,
): Html {
  const { server, version, tools = [], toolCount = 0 } = facts;
  return html`<div><dt>Registry</dt><dd>${registry} (${registryId})</dd></div>
<div><dt>Record</dt><dd>${recordId}</dd></div>
<div><dt>Kind</dt><dd>${descriptorType}</dd></div>
${description === undefined ? '' : html`<div><dt>Description</dt><dd>${description}</dd></div>`}
${server === undefined ? '' : html`<div><dt>Server address</dt><dd><code>${server}</code></dd></div>`}
${version === undefined ? '' : html`<div><dt>Version</dt><dd>${version}</dd></div>`}
${
  tools.length === 0
    ? ''
    : html`<div><dt>Tools that the submission lists</dt><dd>${tools.join(', ')}${toolCount > tools.length ? ` and ${toolCount - tools.length} more` : ''}${
        importedBy.length === 0
          ? ''
          : html`<br><span class="note">Agents get those that the server lists, which may be others.</span>`
      }</dd></div>`
}`;
}

function wholeDetails(details: ShownDetails): Html {
  if (details === 'unreadable' || details === 'tooLarge')
    return html`<p class="note">${missingDetails[details]}</p>`;
  if (details.kind === 'approval')
    return html`${toolChanges(details.changes)}${settingChanges(details.settings ?? [])}`;
  if (details.kind === 'deletion') return deletions(details);
  return html`${recordDifference(details)}
<h2>The whole submission</h2><pre tabindex="0">${textLines(details.submission)}</pre>`;
}

function settingChanges(settings: readonly SettingChange[]): Html {
  if (settings.length === 0) return html``;
  return html`<h2>What else changes</h2><p>These settings of the target change with its tools.</p>
<table class="changes"><tbody>${settings.map(
    ({ path, before, after }) =>
      html`<tr><th scope="row"><code>${path}</code></th><td>${changedText(before, after)}</td></tr>`,
  )}</tbody></table>`;
}

const missingDetails: Readonly<Record<Exclude<ShownDetails, object>, string>> = {
  unreadable:
    'What you would approve cannot be read now, so this page takes no yes. Open the link again in a minute. If nothing has changed then, say no and ask for a new request.',
  tooLarge:
    'What you would approve is too large for a page, so this page takes no yes. Say no, and have it uploaded in several smaller steps.',
};

function deletions({ resources }: DeletionDetails): Html {
  return html`<h2>What goes</h2>
${resources.map(deletedResource)}`;
}

function deletedResource({ address, tools, unknown, replacedBy }: DeletedResource): Html {
  const lost = replacedBy === undefined ? 'Agents lose these tools:' : 'Its tools have another name there:';
  return html`<h3><code>${address}</code> <span class="tag minus">gone</span></h3>
${replacedBy === undefined ? '' : html`<p class="note"><code>${replacedBy}</code> takes its place, and is created first.</p>`}
${unknown === undefined ? '' : html`<p class="note">${tools.length === 0 ? 'Its tools are not known.' : 'Not all of its tools are known.'} ${unknown}</p>`}
${tools.length === 0 ? '' : html`<p class="note">${lost}</p><ul>${tools.map((tool) => html`<li><code>${tool}</code></li>`)}</ul>`}`;
}

function recordDifference({ difference }: RecordDetails): Html {
  if (!difference) return html`<p class="note">Gateloop knows no approved version to compare it with.</p>`;
  const { changes } = difference;
  if (changes.length === 0)
    return html`<h2>What changes</h2><p>Nothing: it is equal to the approved version.</p>`;
  return html`<h2>What changes since the approved version</h2>
<table class="changes"><tbody>${changes.map(recordChange)}</tbody></table>`;
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
<td>${changedText(before, after)}</td></tr>`;
}
