import { IAMClient, NoSuchEntityException } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../../core/desired/desired.ts';
import { gateway } from '../../core/reconcile/testing/inputs.ts';
import { answering } from '../testing/answering.ts';
import { roleNotes, SimulatedRoleRights } from './roleRights.ts';

const ROLE = 'arn:aws:iam::123456789012:role/front';
const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:refunds';

const resources: readonly DesiredResource[] = [
  { ...gateway(), address: 'gateway/front', config: { name: 'front', roleArn: ROLE } },
  {
    ...gateway(),
    address: 'gatewayTarget/front/refunds',
    kind: 'gatewayTarget',
    config: { targetConfiguration: { mcp: { lambda: { lambdaArn: FUNCTION } } } },
  },
];

const region = async () => 'eu-west-1';

/** IAM, where the role may invoke the function itself and none of its versions. */
const iam = (answer: () => object) =>
  answering(new IAMClient({ region: 'eu-west-1' }), { SimulatePrincipalPolicyCommand: answer });
const versionDenied = () => ({
  EvaluationResults: [
    {
      EvalActionName: 'lambda:InvokeFunction',
      EvalResourceName: '*',
      EvalDecision: 'allowed',
      ResourceSpecificResults: [
        { EvalResourceName: FUNCTION, EvalResourceDecision: 'allowed' },
        { EvalResourceName: `${FUNCTION}:x`, EvalResourceDecision: 'implicitDeny' },
      ],
    },
  ],
});
const notesFor = (answer: () => object) =>
  roleNotes(resources, new SimulatedRoleRights(region, iam(answer).client));

describe('gateloop plan: rights of roles', () => {
  it('gateloop plan: says which rights a role lacks, and how to see them all', async () => {
    expect(await notesFor(versionDenied)).toEqual([
      `The role ${ROLE} of gateway/front may not lambda:InvokeFunction on ${FUNCTION}:x. "gateloop policy" prints what it needs.`,
    ]);
  });

  it('gateloop plan: asks IAM for one resource of each pattern', async () => {
    const { client, calls } = iam(versionDenied);
    await roleNotes(resources, new SimulatedRoleRights(region, client));
    expect(calls).toMatchObject([
      {
        input: {
          PolicySourceArn: ROLE,
          ActionNames: ['lambda:InvokeFunction'],
          ResourceArns: [FUNCTION, `${FUNCTION}:x`],
        },
      },
    ]);
  });

  it('gateloop plan: says that a role does not exist', async () => {
    const absent = new NoSuchEntityException({ message: 'No.', $metadata: { httpStatusCode: 404 } });
    const notes = await notesFor(() => {
      throw absent;
    });
    expect(notes).toEqual([expect.stringContaining('does not exist')]);
  });

  it('gateloop plan: says nothing where the role has every right, and where the user may not ask', async () => {
    const result = { EvalActionName: 'lambda:InvokeFunction', EvalDecision: 'allowed' };
    expect(await notesFor(() => ({ EvaluationResults: [result] }))).toEqual([]);
    const denied = Object.assign(new Error('No.'), {
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    const notes = await notesFor(() => {
      throw denied;
    });
    expect(notes).toEqual([]);
  });
});
