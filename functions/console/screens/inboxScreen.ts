import type { QuestionView } from '../../../core/fleet/views.ts';
import { counted } from '../../../core/text/counted.ts';
import { html } from '../../web/html.ts';
import type { Screen } from './layout.ts';
import { questionList } from './questions.ts';

export interface InboxInput {
  readonly questions: readonly QuestionView[];
  /** Of one workspace alone. */
  readonly workspace?: string;
  /** ISO 8601. */
  readonly time: string;
}

/** What waits for whom, the oldest first. */
export function inboxScreen({ questions, workspace, time }: InboxInput): Screen {
  const shown = questions
    .filter((question) => workspace === undefined || question.workspace === workspace)
    .toSorted((one, other) => one.askedAt.localeCompare(other.askedAt, 'en'));
  const all = workspace === undefined ? html`` : html` <a href="/inbox">Show all</a>`;
  return {
    title: 'Inbox',
    at: '/inbox',
    body: html`<div class="head"><h1>Inbox</h1></div>
<p class="lead">${shown.length === 0 ? '' : `${counted(shown.length, 'question')} for people${workspace === undefined ? '' : ` about ${workspace}`}, the oldest first. `}Each one leads to the page where it is answered; nothing is answered here.${all}</p>
<section class="card" aria-label="Questions">${
      shown.length === 0
        ? html`<div class="empty"><p><strong>Nothing waits for a person</strong></p><p>Gateloop asks where a target acts for a person, where a change takes tools from agents, and before it deletes what agents use.</p></div>`
        : questionList(shown, time, { withWorkspace: true })
    }</section>`,
  };
}
