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
    text: 'Seen with orders that were paid by two cards.',
    labels: ['bug'],
    state: 'open',
    comments: [],
  },
  {
    number: 2,
    title: 'Show the remaining limit of a card',
    text: 'Holders ask for it every day.',
    labels: ['wish'],
    state: 'open',
    comments: ['The service knows it already.'],
  },
  {
    number: 3,
    title: 'Rename the test accounts',
    text: 'Nobody knows what ACC-7 is for.',
    labels: ['chore'],
    state: 'closed',
    comments: [],
  },
];

/** @returns the tools of an issue tracker that is kept in memory; each call of this function makes a new one */
export function issueTools(): readonly ExampleTool[] {
  const issues = new Map(firstIssues.map((issue) => [issue.number, issue]));
  const find = (input: Readonly<Record<string, unknown>>): Issue => {
    const number = integerInput(input, 'number', 1, 1_000_000);
    const issue = issues.get(number);
    if (issue === undefined) throw new Error(`There is no issue ${number}.`);
    return issue;
  };
  const keep = (issue: Issue): Issue => {
    issues.set(issue.number, issue);
    return issue;
  };
  return [
    {
      name: 'search_issues',
      title: 'Search issues',
      description: 'Searches titles and texts for words, the latest issue first.',
      annotations: { readOnlyHint: true },
      inputSchema: {
        type: 'object',
        properties: {
          words: stringSchema('What to search for.'),
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
          text: stringSchema('What is the matter, and how to see it.'),
        },
        required: ['title', 'text'],
      },
      call: (input) =>
        keep({
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
        return keep({ ...issue, comments: [...issue.comments, stringInput(input, 'comment')] });
      },
    },
    {
      name: 'close_issue',
      title: 'Close an issue',
      description: 'Closes an issue. Say why in a comment first.',
      annotations: { idempotentHint: true },
      inputSchema: { type: 'object', properties: { number: issueNumber }, required: ['number'] },
      call: (input) => keep({ ...find(input), state: 'closed' }),
    },
  ];
}

function search(
  issues: readonly Issue[],
  words: string,
  state: unknown,
): readonly Pick<Issue, 'number' | 'title' | 'state'>[] {
  const wanted = words.toLowerCase().split(/\s+/);
  return issues
    .filter((issue) => state === undefined || issue.state === state)
    .filter(({ title, text: body }) =>
      wanted.every((word) => `${title} ${body}`.toLowerCase().includes(word)),
    )
    .toSorted((one, other) => other.number - one.number)
    .map(({ number, title, state: current }) => ({ number, title, state: current }));
}
