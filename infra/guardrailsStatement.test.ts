import { describe, expect, it } from 'vitest';
import { readDeployment } from './deployment.ts';
import { synthesized } from './testing/synthesized.ts';

const OPERATORS =
  'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Operators_*';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Principal: unknown;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** CloudFormation's schema of the type defines the document. */
function statementsIn(properties: unknown): Statement[] {
  return JSON.parse(JSON.stringify(properties)).PolicyDocument.Statement;
}

function statementOf(settings: object): Statement | undefined {
  const policies = synthesized(settings).ofType('AWS::S3::BucketPolicy');
  const statements = policies.flatMap(([, { Properties }]) => statementsIn(Properties));
  return statements.find(({ Sid }) => Sid === 'OnlyOperatorsWriteGuardrails');
}

describe('guardrailsStatement', () => {
  it('guardrailsStatement: denies everyone to write the guardrails where no operators are named', () => {
    const statement = statementOf({});
    expect(statement).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' } });
    expect(statement?.Condition).toBeUndefined();
    expect(JSON.stringify(statement?.Resource)).toContain('/guardrails.yaml');
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'])
      expect(statement?.Action).toContain(action);
  });

  it('guardrailsStatement: excepts exactly the operators of the deployment', () => {
    expect(statementOf({ guardrailsWriters: [OPERATORS] })?.Condition).toEqual({
      ArnNotLike: { 'aws:PrincipalArn': [OPERATORS] },
    });
  });

  it('guardrailsStatement: lets no function of Gateloop write the guardrails', () => {
    const { ofType } = synthesized();
    for (const [id, { Properties }] of ofType('AWS::IAM::Policy'))
      for (const statement of statementsIn(Properties))
        if (JSON.stringify(statement.Resource).includes('guardrails.yaml'))
          expect(statement.Action, id).toBe('s3:GetObject');
  });

  it.each(['*', 'arn:aws:iam::*:role/operators', 'arn:aws:iam::123456789012:role/*', 'operators'])(
    'readDeployment: refuses the writer %s of the guardrails',
    (writer) => {
      expect(() => readDeployment('main', { guardrailsWriters: [writer] })).toThrow('guardrailsWriters');
    },
  );
});
