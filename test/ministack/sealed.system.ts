import { fileURLToPath } from 'node:url';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, REGION } from '../../local/aws/account.ts';
import { type Cloud, exampleSettings, startCloud } from './cloud.ts';
import { waitFor } from './waitFor.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/workspaces', import.meta.url));

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({
    environment: 'sealed',
    environments: (kmsKeyArn) => ({ sealed: { ...exampleSettings, kmsKeyArn, keepData: false }, beside: {} }),
  });
});
afterAll(() => cloud?.close());

describe('an environment with a customer managed key, beside another environment', () => {
  it('has names that differ from those of the other', async () => {
    const beside = await cloud.deploy('beside');
    expect(beside.SpecBucketName).toMatch(/^gateloop-beside-/);
    expect(cloud.outputs.SpecBucketName).toMatch(/^gateloop-sealed-/);
  });

  it('brings a workspace to READY, because its functions and workflows may use the key', async () => {
    await cloud.upload('payments', `${EXAMPLES}/payments`);
    const outcome = await waitFor('the outcome "ready"', async () => {
      const document = await cloud.document('outcomes/payments.json');
      return document?.outcome === 'ready' && document;
    });
    expect(outcome.resources).toHaveLength(7);
  });

  it('starts nothing in the other environment', async () => {
    const stateMachineArn = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:gateloop-beside-reconcile`;
    const sfn = new SFNClient(cloud.client);
    expect((await sfn.send(new ListExecutionsCommand({ stateMachineArn }))).executions).toEqual([]);
  });
});
