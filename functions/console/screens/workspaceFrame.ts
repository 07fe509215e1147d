import { type Html, html } from '../../web/html.ts';
import type { Screen } from './layout.ts';
import { type WorkspacePart, workspacePath } from './paths.ts';

export interface WorkspaceFrame {
  readonly workspace: string;
  /** The part that is shown; absent for its resources. */
  readonly part?: WorkspacePart;
  /** A place below the part, such as the name of an execution. */
  readonly place?: string;
  /** Beside the heading, such as its state. */
  readonly beside?: Html;
  readonly body: Html;
}

const PARTS: readonly { readonly part?: WorkspacePart; readonly label: string }[] = [
  { label: 'Resources' },
  { part: 'timeline', label: 'Timeline' },
  { part: 'executions', label: 'Executions' },
];

/** What all screens of one workspace have around them: where they are, and the way to the others. */
export function workspaceScreenOf({ workspace, part, place, beside, body }: WorkspaceFrame): Screen {
  const current = PARTS.find((each) => each.part === part);
  const label = current?.label ?? '';
  const crumbs = [
    html`<li><a href="/">Fleet</a></li>`,
    ...(place === undefined ? [] : [html`<li><a href="${workspacePath(workspace)}">${workspace}</a></li>`]),
    ...(place === undefined ? [] : [html`<li><a href="${workspacePath(workspace, part)}">${label}</a></li>`]),
  ];
  return {
    title: [place, ...(part === undefined ? [] : [label]), workspace]
      .filter((text) => text !== undefined)
      .join(' · '),
    at: '',
    body: html`<nav aria-label="Where this is"><ol class="crumbs">${crumbs}</ol></nav>
<div class="head"><h1>${place ?? workspace}</h1>${beside ?? ''}</div>
${place === undefined ? tabs(workspace, part) : ''}
${body}`,
  };
}

function tabs(workspace: string, shown: WorkspacePart | undefined): Html {
  return html`<nav class="tabs" aria-label="Parts of the workspace"><ul>${PARTS.map(
    ({ part, label }) =>
      html`<li><a href="${workspacePath(workspace, part)}"${part === shown ? html` aria-current="page"` : ''}>${label}</a></li>`,
  )}</ul></nav>`;
}
