import { type ExampleTool, integerInput, stringInput } from './exampleTool.ts';

interface Issue {
  readonly number: number;
  readonly title: string;
  readonly text: string;
  readonly labels: readonly string[];
  readonly state: 'open' | 'closed';
  readonly comments: readonly string[];
}

const stringSchema = (description: string) => ({ type: 'string', description });
const issueNumber = {
  type: 'integer',
  description: 'The number of the issue.',
  minimum: 1,
  maximum: 1_000_000,
};

const firstIssues: readonly Issue[] = [
  {
    number: 1,
    title: 'Refund of a canceled order is booked twice',
    text: 'It happens with orders that were paid with two cards.',
    labels: ['bug'],
    state: 'open',
    comments: [],
  },
  {
    number: 2,
    title: 'Show the remaining limit of a card',
    text: 'Card holders ask for it every day.',
    labels: ['enhancement'],
    state: 'open',
    comments: ['The card service already returns it.'],
  },
  {
    number: 3,
    title: 'Rename the test accounts',
    text: 'The name ACC-7 does not say what the account is for.',
    labels: ['chore'],
    state: 'closed',
    comments: [],
  },
];

/** Creates an in-memory issue tracker and returns its tools. */
export function issueTools(): readonly ExampleTool[] {
  const issues = new Map(firstIssues.map((issue) => [issue.number, issue]));
  const find = (input: Readonly<Record<string, unknown>>): Issue => {
    const number = integerInput(input, 'number', 1, 1_000_000);
    const issue = issues.get(number);
    if (issue === undefined) throw new Error(`There is no issue ${number}.`);
    return issue;
  };
  const save = (issue: Issue): Issue => {
    issues.set(issue.number, issue);
    return issue;
  };
  return [
    {
      name: 'search_issues',
      title: 'Search issues',
      description: 'Finds issues whose title or text contains all words, the newest first.',
      annotations: { readOnlyHint: true },
      inputSchema: {
        type: 'object',
        properties: {
          words: stringSchema('The words to search for.'),
          state: { type: 'string', enum: ['open', 'closed'], description: 'Only issues in this state.' },
        },
        required: ['words'],
      },
      call: (input) => search([...issues.values()], stringInput(input, 'words'), input.state),
    },
    {
      name: 'get_issue',
      title: 'Get an issue',
      description: 'Gets one issue with its comments.',
      annotations: { readOnlyHint: true },
      inputSchema: { type: 'object', properties: { number: issueNumber }, required: ['number'] },
      call: find,
    },
    {
      name: 'create_issue',
      title: 'Create an issue',
      description: 'Creates an issue in the name of the person who has consented.',
      inputSchema: {
        type: 'object',
        properties: {
          title: stringSchema('One line.'),
          text: stringSchema('The problem, and how to reproduce it.'),
        },
        required: ['title', 'text'],
      },
      call: (input) =>
        save({
          number: Math.max(0, ...issues.keys()) + 1,
          title: stringInput(input, 'title'),
          text: stringInput(input, 'text'),
          labels: [],
          state: 'open',
          comments: [],
        }),
    },
    {
      name: 'comment_issue',
      title: 'Comment on an issue',
      description: 'Adds a comment in the name of the person who has consented.',
      inputSchema: {
        type: 'object',
        properties: { number: issueNumber, comment: stringSchema('The comment.') },
        required: ['number', 'comment'],
      },
      call: (input) => {
        const issue = find(input);
        return save({ ...issue, comments: [...issue.comments, stringInput(input, 'comment')] });
      },
    },
    {
      name: 'close_issue',
      title: 'Close an issue',
      description: 'Closes an issue. Say why in a comment first.',
      annotations: { idempotentHint: true },
      inputSchema: { type: 'object', properties: { number: issueNumber }, required: ['number'] },
      call: (input) => save({ ...find(input), state: 'closed' }),
    },
  ];
}

function search(
  issues: readonly Issue[],
  words: string,
  state: unknown,
): readonly Pick<Issue, 'number' | 'title' | 'state'>[] {
  const terms = words.toLowerCase().split(/\s+/);
  return issues
    .filter((issue) => state === undefined || issue.state === state)
    .filter(({ title, text: body }) => terms.every((term) => `${title} ${body}`.toLowerCase().includes(term)))
    .toSorted((one, other) => other.number - one.number)
    .map(({ number, title, state: current }) => ({ number, title, state: current }));
}
