import { counted } from '../../../core/text/counted.ts';
import type { ToolChange } from '../../../core/toolContracts/compareTools.ts';
import type { SchemaMember } from '../../../core/toolContracts/schemaMembers.ts';
import { type Html, html } from '../../web/html.ts';
import { changedText, folded, wholeText } from './changedText.ts';

/** More members than these are folded. */
const MAX_UNFOLDED_MEMBERS = 8;

/** All changes of tools, by tool. */
export function toolChanges(changes: readonly ToolChange[]): Html {
  const byTool = Map.groupBy(changes, ({ tool }) => tool);
  const breaking = changes.filter((change) => change.breaking).length;
  return html`<h2>What changes</h2>
<p>${counted(changes.length, 'change')} of ${counted(byTool.size, 'tool')}${breaking === 0 ? '' : `; ${breaking} may break agents`}.</p>
${[...byTool].map(([tool, own]) => html`<section><h3><code>${tool}</code></h3><ul>${own.map(toolChange)}</ul></section>`)}`;
}

function toolChange({ message, breaking, before, after, membersBefore, membersAfter }: ToolChange): Html {
  return html`<li>${message} ${breaking ? html`<span class="tag minus">may break agents</span>` : html``}
${changedText(before, after)}
${membersBefore ? memberList('It had', membersBefore) : html``}
${membersAfter ? memberList('It has', membersAfter) : html``}</li>`;
}

/** The root of an input without a text of its own says nothing. */
function isNoteworthy({ path, description, values, rules, type }: SchemaMember): boolean {
  return path !== '' || type !== 'object' || [description, values, rules].some((part) => part !== undefined);
}

function memberList(title: string, members: readonly SchemaMember[]): Html {
  const shown = members.filter(isNoteworthy);
  const counts = (['input', 'output'] as const)
    .map((side) => ({ side, count: shown.filter((member) => member.side === side).length }))
    .filter(({ count }) => count > 0)
    .map(({ side, count }) => counted(count, side));
  if (shown.length === 0) return html`<p class="note">${title} no inputs.</p>`;
  const summary = `${title} ${counts.join(' and ')}`;
  const list = html`<dl class="members">${shown.map(memberRow)}</dl>`;
  if (shown.length > MAX_UNFOLDED_MEMBERS) return folded(summary, list);
  return shown.length === 1 ? list : html`<p class="note">${summary}:</p>${list}`;
}

function memberRow({ side, path, type, isRequired, description, values, rules }: SchemaMember): Html {
  const name = path === '' ? `the whole ${side}` : path;
  return html`<div><dt>${side === 'output' && path !== '' ? 'output ' : ''}<code>${name}</code>: ${type}${isRequired ? ', required' : ''}</dt>
<dd>${description === undefined ? html`` : wholeText(description)}
${values === undefined ? html`` : html`<div>One of ${wholeText(values)}</div>`}
${rules === undefined ? html`` : html`<div>Rules ${wholeText(rules)}</div>`}</dd></div>`;
}
