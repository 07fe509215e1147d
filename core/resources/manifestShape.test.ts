import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { parseManifest } from '../manifest/parseManifest.ts';
import { createInput, manifestShape } from './manifestShape.ts';
import { resourceKinds } from './resourceKinds.ts';

const { gateway, onlineEvaluationConfig } = resourceKinds;

describe('createInput', () => {
  it('createInput: leaves to a later update what the create call does not take', () => {
    const config = { roleArn: 'arn', wafConfiguration: { failureMode: 'FAIL_OPEN' } };
    expect(createInput(gateway, config, resourceShapes)).toEqual({ roleArn: 'arn' });
  });

  it.each([
    ['ENABLED', { enableOnCreate: true }],
    ['DISABLED', { enableOnCreate: false }],
    ['toString', {}],
  ])('createInput: creates an online evaluation that is to be %s with %j', (executionStatus, expected) => {
    expect(createInput(onlineEvaluationConfig, { executionStatus }, resourceShapes)).toEqual(expected);
  });
});

describe('manifestShape', () => {
  it('manifestShape: requires the members alone that a member of the create call follows from', () => {
    const required = (row: typeof gateway) =>
      [...manifestShape(row, resourceShapes).updateOnly.members.values()]
        .filter((member) => member.required)
        .map(({ name }) => name);
    expect(required(onlineEvaluationConfig)).toEqual(['executionStatus']);
    expect(required(gateway)).toEqual([]);
  });

  it('parseManifest: refuses enableOnCreate with its remedy, and asks for executionStatus in its place', () => {
    const text = `
onlineEvaluationConfigs:
  answers:
    enableOnCreate: true
    rule: { samplingConfig: { samplingPercentage: 5 } }
    dataSourceConfig: { cloudWatchLogs: { logGroupNames: [/agents], serviceNames: [front] } }
    evaluationExecutionRoleArn: arn:aws:iam::123456789012:role/evaluations
`;
    const { problems } = parseManifest(new TextEncoder().encode(text), 'manifest.yaml', resourceShapes);
    expect(problems).toMatchObject([
      { line: 3, message: '"executionStatus" is required.' },
      { line: 4, message: expect.stringContaining('Write executionStatus: ENABLED') },
    ]);
  });
});
