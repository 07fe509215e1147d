import { fileURLToPath } from 'node:url';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, REGION } from '../../local/aws/account.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { waitFor } from './waitFor.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/workspaces', import.meta.url));
const ENVIRONMENTS = fileURLToPath(new URL('./environments', import.meta.url));

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ environment: 'sealed', environments: ENVIRONMENTS });
});
afterAll(() => cloud?.close());

describe('an environment with its own key, beside another one', () => {
  it('is deployed beside the other under its own names', async () => {
    const beside = await cloud.deploy('beside');
    expect(beside.SpecBucketName).toMatch(/^gateloop-beside-/);
    expect(cloud.outputs.SpecBucketName).toMatch(/^gateloop-sealed-/);
  });

  it('brings a workspace to READY by functions and workflows that may use the key', async () => {
    await cloud.upload('payments', `${EXAMPLES}/payments`);
    const outcome = await waitFor('the outcome "ready"', async () => {
      const document = await cloud.document('outcomes/payments.json');
      return document?.outcome === 'ready' && document;
    });
    expect(outcome.resources).toHaveLength(6);
  });

  it('starts nothing in the other environment', async () => {
    const stateMachineArn = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:gateloop-beside-reconcile`;
    const sfn = new SFNClient(cloud.client);
    expect((await sfn.send(new ListExecutionsCommand({ stateMachineArn }))).executions).toEqual([]);
  });
});
