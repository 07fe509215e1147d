import type { QuestionView } from '../../../core/fleet/views.ts';
import { type Html, html } from '../../web/html.ts';
import { answerPath, workspacePath } from './paths.ts';
import { ago, until } from './times.ts';

const KINDS: Readonly<Record<QuestionView['kind'], string>> = {
  authorization: 'login',
  approval: 'change of tools',
  deletion: 'deletion',
  record: 'registry record',
};

/**
 * Questions as a table: what is asked, of whom, since when and until when. AWS's own link ends sooner than the answer is
 * taken: Gateloop's link gets a new one.
 */
export function questionList(
  questions: readonly QuestionView[],
  now: string,
  { withWorkspace = false }: { readonly withWorkspace?: boolean } = {},
): Html {
  return html`<table><thead><tr><th scope="col">Question</th>${withWorkspace ? html`<th scope="col">Workspace</th>` : ''}<th scope="col">Asked</th><th scope="col">Until</th><th scope="col"><span class="soft">Answer</span></th></tr></thead>
<tbody>${questions.map((question) => row(question, now, withWorkspace))}</tbody></table>`;
}

function row(question: QuestionView, now: string, withWorkspace: boolean): Html {
  const { reference, workspace, address, kind, state, askedAt, until: end, undelivered } = question;
  return html`<tr>
<th scope="row"><span class="name">${question.question}</span><div class="small soft">${KINDS[kind]} · <code>${address}</code></div></th>
${withWorkspace ? html`<td data-name="Workspace"><a href="${workspacePath(workspace)}">${workspace}</a></td>` : ''}
<td data-name="Asked"><span class="nowrap">${ago(askedAt, now)}</span><div class="small soft">${question.owner}${question.escalation === undefined ? '' : `, then ${question.escalation}`}</div>${undelivered ? html`<div class="small failed">✗ the message did not arrive</div>` : ''}</td>
<td data-name="Until" class="nowrap">${until(end, now)}</td>
<td>${state === 'open' ? html`<a class="go" href="${answerPath(reference)}" aria-label="Answer: ${question.question}">Answer</a>` : html`<span class="busy">the consent is being completed</span>`}</td>
</tr>`;
}
