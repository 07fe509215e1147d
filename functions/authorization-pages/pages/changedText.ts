import { type CutText, textDifference } from '../../../core/text/difference.ts';
import { type Html, html, multilineText } from '../../web/html.ts';

/** A longer text is folded: it is whole in the page, and opens with a click, without a script. In characters. */
const MAX_UNFOLDED = 400;
/** Shown of a folded text on each side of what differs, and of a changed part itself. */
const CONTEXT = 60;
const MAX_CHANGED = 240;

/** A value before and after a change: what differs is marked, and both are whole. */
export function changedText(before: string | undefined, after: string | undefined): Html {
  if (before === undefined || after === undefined)
    return html`${before === undefined ? html`` : side('was', wholeText(before))}${after === undefined ? html`` : side('is', wholeText(after))}`;
  const difference = textDifference(before, after);
  const isShort = Math.max(before.length, after.length) <= MAX_UNFOLDED;
  const shown = isShort ? marked : excerpt;
  return html`${isShort ? html`` : html`<p class="note">The first difference is at character ${difference.position}.</p>`}
${side('was', shown(difference.before))}${side('is', shown(difference.after))}
${isShort ? html`` : html`${folded(`The whole text before, ${before.length} characters`, marked(difference.before))}${folded(`The whole text after, ${after.length} characters`, marked(difference.after))}`}`;
}

function side(name: 'was' | 'is', text: Html): Html {
  return html`<div class="side"><span class="${name === 'was' ? 'minus' : 'plus'}">${name}:</span> ${text}</div>`;
}

/** @returns a whole text; a long one is folded behind its beginning */
export function wholeText(text: string): Html {
  if (text === '') return html`<div class="text note">(empty)</div>`;
  if (text.length <= MAX_UNFOLDED) return html`<div class="text">${multilineText(text)}</div>`;
  return folded(
    `${beginning(text, 2 * CONTEXT)} (${text.length} characters)`,
    html`<div class="text">${multilineText(text)}</div>`,
  );
}

export function folded(summary: string, content: Html): Html {
  return html`<details><summary>${summary}</summary>${content}</details>`;
}

function marked({ start, changed, end }: CutText): Html {
  if (start + changed + end === '') return html`<div class="text note">(empty)</div>`;
  return html`<div class="text">${multilineText(start)}${mark(changed)}${multilineText(end)}</div>`;
}

function excerpt({ start, changed, end }: CutText): Html {
  const before = start.length > CONTEXT ? `…${start.slice(-CONTEXT).replace(/^[\udc00-\udfff]/, '')}` : start;
  const [after, middle] = [beginning(end, CONTEXT), beginning(changed, MAX_CHANGED)];
  return html`<div class="text">${multilineText(before)}${mark(middle)}${multilineText(after)}</div>`;
}

/** @returns at most so many UTF-16 units, without the half of a surrogate pair */
function beginning(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

function mark(text: string): Html {
  return text === '' ? html`` : html`<mark>${multilineText(text)}</mark>`;
}
