import { describe, expect, it } from 'vitest';
import { commandProblems, documentedCommands } from './documentedCommands.ts';
import type { ServiceModel } from './modelGaps.ts';

const model: ServiceModel = {
  operations: {
    DescribeStacks: { input: { shape: 'Input' } },
    ListDLQSources: {},
  },
  shapes: {
    Input: { type: 'structure', members: { StackName: { shape: 'Name' }, Retain: { shape: 'Flag' } } },
  },
};

const problems = (text: string) =>
  commandProblems(documentedCommands('docs/a.md', text), (service) =>
    service === 'cloudformation' ? model : undefined,
  );

describe('commandProblems', () => {
  it.each([
    'Run `aws cloudformation describe-stacks --stack-name a --query "x --y"`.',
    'aws cloudformation describe-stacks --no-retain \\\n  --stack-name a | jq --raw-output .',
    'aws s3 cp a s3://b/a && npx gateloop guardrails --workspace a',
    'aws cloudformation list-dlq-sources --output text > file --nothing',
  ])('commandProblems: finds none in %j', (text) => {
    expect(problems(text)).toEqual([]);
  });

  it.each([
    [
      '\naws cloudformation describe-stack',
      'docs/a.md:2: the AWS CLI has no command "cloudformation describe-stack".',
    ],
    ['aws cloudfront list-all', 'docs/a.md:1: the AWS CLI has no command "cloudfront list-all".'],
    [
      'aws cloudformation describe-stacks \\\n --stack a',
      'docs/a.md:1: the command "cloudformation describe-stacks" has no option --stack.',
    ],
    ['`aws s3 cp a b --sync`', 'docs/a.md:1: the command "s3 cp" has no option --sync.'],
  ])('commandProblems: tells what is wrong with %j', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });
});
