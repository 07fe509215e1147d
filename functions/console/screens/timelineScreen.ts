import { type Html, html } from '../../web/html.ts';
import type { Screen } from './layout.ts';
import { executionPath } from './paths.ts';
import type { Tone } from './states.ts';
import { ago, exactTime } from './times.ts';
import { workspaceScreenOf } from './workspaceFrame.ts';

/** Something that happened to a workspace. */
export interface TimelineEntry {
  /** ISO 8601. */
  readonly time: string;
  readonly tone: Tone;
  /** What happened, in a sentence. */
  readonly text: string;
  readonly details?: readonly string[];
  /** The execution that did it. */
  readonly execution?: { readonly workflow: string; readonly name: string };
}

export interface TimelineInput {
  readonly workspace: string;
  readonly entries: readonly TimelineEntry[];
  /** ISO 8601. */
  readonly time: string;
}

/** So many files or resources are named; more are counted. */
const MAX_DETAILS = 8;

/** What happened to a workspace, the latest first. */
export function timelineScreen({ workspace, entries, time }: TimelineInput): Screen {
  const latestFirst = entries.toSorted((one, other) => other.time.localeCompare(one.time, 'en'));
  const body =
    latestFirst.length === 0
      ? html`<div class="card empty"><p><strong>Nothing has happened yet</strong></p><p>Uploads, passes, questions and changes of states appear here.</p></div>`
      : html`<section class="card" aria-label="Timeline"><ol class="time">${latestFirst.map((entry) => entryItem(entry, workspace, time))}</ol></section>`;
  return workspaceScreenOf({ workspace, part: 'timeline', body });
}

function entryItem(
  { time, tone, text, details = [], execution }: TimelineEntry,
  workspace: string,
  now: string,
): Html {
  const rest = details.length - MAX_DETAILS;
  return html`<li class="${tone}"><span class="small">${ago(time, now)} · ${exactTime(time)}</span>
<p>${text}${execution ? html` <a class="small" href="${executionPath(workspace, execution.workflow, execution.name)}">Steps</a>` : ''}</p>
${details.length === 0 ? '' : html`<ul class="small">${details.slice(0, MAX_DETAILS).map((detail) => html`<li>${detail}</li>`)}${rest > 0 ? html`<li>and ${rest} more</li>` : ''}</ul>`}</li>`;
}
