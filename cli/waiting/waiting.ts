import { readQuestions } from '../../core/fleet/readFleet.ts';
import { isoTime } from '../../core/fleet/times.ts';
import type { QuestionView } from '../../core/fleet/views.ts';
import { questionLines } from '../fleet/fleetText.ts';
import { type Fleet, needLedger } from '../fleet/openFleet.ts';
import type { TextContext } from '../fleet/runRead.ts';

/** What `gateloop waiting --json` prints. */
export interface Waiting {
  readonly time: string;
  readonly questions: readonly QuestionView[];
}

/** @throws CommandError `NotFollowed` where the ledger, which has the requests, may not be read */
export async function readWaiting(workspace: string | undefined, fleet: Fleet): Promise<Waiting> {
  needLedger(fleet);
  const all = await readQuestions(fleet);
  const questions = all.filter((question) => workspace === undefined || question.workspace === workspace);
  return { time: isoTime(fleet.now()), questions };
}

export function waitingText({ questions }: Waiting, context: TextContext): string {
  if (questions.length === 0) return 'Nothing waits for a person.';
  return [...questionLines(questions, context), 'To answer: gateloop answer ID --approve or --refuse'].join(
    '\n',
  );
}
