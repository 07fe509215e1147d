import { setTimeout } from 'node:timers/promises';
import { Argument, Option } from 'commander';
import { defined } from '../../core/objects.ts';
import { jsonText } from '../../core/text/encoders.ts';
import { defineCommand } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import { invalidOption } from '../errorReport.ts';
import { type PlaceFlags, placeOptions, readRequestTo } from '../request/requestOptions.ts';
import type { AnswerOptions } from './answer.ts';

interface AnswerFlags extends PlaceFlags {
  readonly approve: boolean;
  readonly refuse: boolean;
  readonly reason?: string;
}

/** A step closes the request within seconds. */
const POLL_MS = 500;

/** `gateloop answer`. */
export const answerCommand = defineCommand<AnswerFlags, AnswerOptions>({
  name: 'answer',
  summary: 'answer a request that waits for a person',
  description: `Approves or refuses a change of tools, a deletion, or a record of a registry, under the name of your AWS identity. Without --approve and --refuse, it shows all that is asked.

A consent can only be given on the login page of the provider: with --approve, the command prints the link to it. A deployment with "answersFrom": "owners" takes an answer only from the recipients of the request.`,
  words: [
    new Argument(
      '<id>',
      'the reference of the request or its first 8 characters, the id in its link, or the link',
    ),
  ],
  options: [
    new Option('--approve', 'say yes'),
    new Option('--refuse', 'say no'),
    new Option('--reason <text>', 'why; the page of the request and events show it (at most 200 characters)'),
    ...placeOptions('answer in'),
  ],
  jsonOutput:
    'print the request and its state as one line of JSON on stdout (docs/cli.schema.json, #/$defs/answer), progress on stderr',
  examples: {
    'answer 9f86d081': 'show what is asked',
    'answer 9f86d081 --approve --reason "change board"': 'say yes',
    'answer 9f86d081 --refuse --local': 'say no in a running npm start',
  },
  exits: {
    done: 'answered, or shown',
    failed: 'the request is closed already, or its answer is not taken',
    refused: 'the command line is invalid, or you may not answer; nothing was answered',
    notFollowed: 'outcome unknown: no access to AWS, or a timeout',
    awaiting: 'the request is for a consent, which needs a browser: the link is printed',
  },
  read: (given) => {
    const { approve, refuse, reason, json } = given.flags;
    if (approve && refuse) throw invalidOption('--approve and --refuse exclude each other', 'Give one.');
    if (reason !== undefined && !approve && !refuse)
      throw invalidOption('--reason needs --approve or --refuse', 'Give one of the two.');
    if (reason !== undefined && reason.length > MAX_REASON_LENGTH)
      throw invalidOption(`--reason takes at most ${MAX_REASON_LENGTH} characters`, 'Shorten it.');
    const answer = approve ? 'approved' : refuse ? 'refused' : undefined;
    return {
      id: given.words[0] ?? '',
      to: readRequestTo(given),
      json,
      ...defined({ answer, reason } as const),
    };
  },
  run: async (options, { stdout, stderr }) => {
    const [{ answer }, { answerPortsOf }] = await Promise.all([
      import('./answer.ts'),
      import('./answerPorts.ts'),
    ]);
    const result = await answer(options, {
      ...(await answerPortsOf(options.to)),
      screen: screenOn(options.json ? stderr : stdout),
      pause: () => setTimeout(POLL_MS),
      now: Date.now,
    });
    if (options.json) stdout.write(`${jsonText(result)}\n`);
    return result.exitCode;
  },
});

/** The page, the ledger and events hold the reason, and the form of the page has the same limit. */
const MAX_REASON_LENGTH = 200;
