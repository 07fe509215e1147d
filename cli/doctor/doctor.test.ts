import {
  BedrockAgentCoreControlClient,
  AccessDeniedException as DeniedByAgentCore,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { ExpiredTokenException, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { topLevelKinds } from '../../core/resources/resourceKinds.ts';
import { formatsText } from '../../core/storage/storedFormats.ts';
import { workflowNames } from '../../workflows/workflowCatalog.ts';
import { screenOn } from '../display/screen.ts';
import { answering } from '../testing/answering.ts';
import { expectOutput } from '../testing/cliSchema.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { type AccountClients, accountChecks, rightsCheck } from './accountChecks.ts';
import { type Check, doctor } from './doctor.ts';
import { commandRights, partChecks, stackCheck } from './environmentChecks.ts';

const settings = { region: 'eu-west-1' };
const SESSION = 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Operator_0123/jane@example.com';
const ROLE = 'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Operator_0123';

function clients(changed: Partial<AccountClients> = {}): AccountClients {
  const identity = { Arn: SESSION, Account: '123456789012' };
  const empty = { items: [], credentialProviders: [], registries: [] };
  return {
    sts: answering(new STSClient(settings), { GetCallerIdentityCommand: () => identity }).client,
    iam: answering(new IAMClient(settings), { GetRoleCommand: () => ({ Role: { Arn: ROLE } }) }).client,
    lambda: lambda(1000),
    agentCore: answering(new BedrockAgentCoreControlClient(settings), {
      ...Object.fromEntries(
        topLevelKinds.map(({ operations }) => [`${operations.list}Command`, () => empty]),
      ),
      ListOauth2CredentialProvidersCommand: () => ({ credentialProviders: Array(45).fill({ name: 'x' }) }),
    }).client,
    region: async () => 'eu-west-1',
    rights: { missing: async () => [] },
    ...changed,
  };
}

function lambda(ConcurrentExecutions: number): LambdaClient {
  return answering(new LambdaClient(settings), {
    GetAccountSettingsCommand: () => ({ AccountLimit: { ConcurrentExecutions } }),
  }).client;
}

async function run(checks: readonly Check[]) {
  const io = recordedIo();
  const result = await doctor(checks, screenOn(io.stdout));
  expectOutput('checks', `${JSON.stringify(result)}\n`);
  return { ...result, text: io.written().stdout };
}

describe('gateloop doctor: the account', () => {
  it('names the identity, and warns of a quota that is nearly used up', async () => {
    const { exitCode, checks, text } = await run(accountChecks(clients()));
    expect(exitCode).toBe(0);
    expect(checks).toContainEqual({
      name: 'Identity',
      state: 'ok',
      found: `${SESSION} in the account 123456789012.`,
    });
    expect(checks.filter(({ state }) => state === 'warning')).toEqual([
      {
        name: 'AgentCore',
        state: 'warning',
        found: '45 of 50 oauth2CredentialProviders, by the default quota.',
        remedy: 'Request a higher quota of Amazon Bedrock AgentCore in Service Quotas.',
      },
    ]);
    expect(text).toMatch(/0 failed, 1 warning\.\n$/);
  });

  it('says what the Region lacks and asks for none of it, and warns of few concurrent functions', async () => {
    const few = clients({ region: async () => 'us-west-1', lambda: lambda(10) });
    const { checks } = await run(accountChecks(few));
    expect(checks).toContainEqual(
      expect.objectContaining({
        name: 'Region',
        state: 'ok',
        found:
          'us-west-1. AgentCore has no harnesses, payment credential providers, payment managers, capacity providers, memories there.',
      }),
    );
    expect(JSON.stringify(checks)).not.toContain('150 memories');
    expect(checks).toContainEqual(expect.objectContaining({ name: 'Lambda', state: 'warning' }));
  });

  it('says how to log in again, and makes no further check, where the credentials have expired', async () => {
    const sts = answering(new STSClient(settings), {
      GetCallerIdentityCommand: () => {
        throw new ExpiredTokenException({ message: 'expired', $metadata: {} });
      },
    }).client;
    const { exitCode, checks } = await run(accountChecks(clients({ sts })));
    expect(exitCode).toBe(1);
    expect(checks.map(({ name, state }) => [name, state])).toEqual([
      ['Region', 'ok'],
      ['Identity', 'failed'],
    ]);
    expect(checks[1]?.remedy).toBe('Log in again.');
  });

  it('leaves open what the caller may not read', async () => {
    const agentCore = answering(new BedrockAgentCoreControlClient(settings), {
      ListGatewaysCommand: () => {
        throw new DeniedByAgentCore({ message: 'denied', $metadata: { httpStatusCode: 403 } });
      },
    }).client;
    const { exitCode, checks } = await run(accountChecks(clients({ agentCore })));
    expect(exitCode).toBe(0);
    expect(checks).toContainEqual(expect.objectContaining({ name: 'AgentCore', state: 'unknown' }));
  });
});

describe('gateloop doctor: the environment', () => {
  const outputs = { Version: '1.2.3', StoredFormats: formatsText() };
  const stack = (found: Awaited<ReturnType<Parameters<typeof stackCheck>[2]>>) =>
    run([stackCheck('main', '1.2.3', async () => found)]);

  it('compares the versions of the package and of the deployment', async () => {
    expect((await stack({ status: 'UPDATE_COMPLETE', outputs })).checks).toMatchObject([
      { state: 'ok' },
      { state: 'ok', found: 'Version 1.2.3 is deployed.' },
    ]);
    const newer = await stack({ status: 'UPDATE_COMPLETE', outputs: { ...outputs, Version: '2.0.0' } });
    expect(newer.checks[1]).toEqual({
      name: 'Environment',
      state: 'warning',
      found: 'This is version 1.2.3, and version 2.0.0 is deployed.',
      remedy: 'Deploy version 1.2.3, or run the commands of the deployed one: npx gateloop@2.0.0.',
    });
  });

  it.each([
    ['ROLLBACK_COMPLETE', 'failed'],
    ['UPDATE_ROLLBACK_COMPLETE', 'warning'],
    ['UPDATE_IN_PROGRESS', 'warning'],
  ])('judges a stack that is %s as %s', async (status, state) => {
    expect((await stack({ status, outputs })).checks[0]).toMatchObject({ state });
  });

  it('fails where nothing is deployed', async () => {
    const { exitCode, checks } = await stack(undefined);
    expect([exitCode, checks.length, checks[0]?.state]).toEqual([1, 1, 'failed']);
  });

  function partsOf(ledger: InMemoryLedger, workflows: readonly string[]) {
    const stateMachines = workflows.map((name) => ({ name: `gateloop-main-${name}` }));
    return {
      ledger,
      bucket: 'specs',
      prefix: 'gateloop-main-',
      s3: answering(new S3Client(settings), { ListObjectsV2Command: () => ({}) }).client,
      sfn: answering(new SFNClient(settings), { ListStateMachinesCommand: () => ({ stateMachines }) }).client,
    };
  }

  /** What the last two checks find in a ledger, by their names. */
  async function ledgerFindings(ledger: InMemoryLedger, now: number) {
    const { checks } = await run(
      partChecks(
        () => partsOf(ledger, workflowNames),
        () => now,
      ),
    );
    return checks.slice(3);
  }

  it('tells what the last collection deleted, and warns where none has ended for two days', async () => {
    const ledger = new InMemoryLedger();
    const day = 86_400_000;
    expect((await ledgerFindings(ledger, 0))[0]).toEqual({
      name: 'Collection',
      state: 'ok',
      found: 'None has run yet; one runs each day.',
    });
    await ledger.noteCollection({ ranAt: 0, listed: 90, objects: 7, bytes: 700, rows: 2, workspaces: 1 });
    const found =
      'At 1970-01-01T00:00:00.000Z, it deleted what nothing needed: 7 of 90 objects (700 bytes), 2 items of the ledger, and what 1 workspace had left.';
    expect((await ledgerFindings(ledger, 2 * day - 1))[0]).toEqual({
      name: 'Collection',
      state: 'ok',
      found,
    });
    expect((await ledgerFindings(ledger, 2 * day))[0]).toMatchObject({
      state: 'warning',
      found: `${found} Since then, none has ended.`,
      remedy: expect.stringContaining('the function "collect"'),
    });
  });

  it('tells in how many minutes of the last hour reads were short, and warns of half an hour', async () => {
    const ledger = new InMemoryLedger();
    const minute = 60_000;
    expect((await ledgerFindings(ledger, 0))[1]?.found).toBe(
      'The account had enough of them in the last hour.',
    );
    for (let index = 0; index < 30; index += 1) await ledger.reserveReads('get gateway', 9, index * minute);
    expect((await ledgerFindings(ledger, 29 * minute))[1]).toMatchObject({
      state: 'warning',
      found: '"get gateway" was wanted more often than 8 times a second in 30 of the last 60 minutes.',
    });
    expect((await ledgerFindings(ledger, 61 * minute))[1]).toEqual({
      name: 'Reads',
      state: 'ok',
      found:
        '"get gateway" was wanted more often than 8 times a second in 28 of the last 60 minutes. Polls have waited.',
    });
  });

  it('names workflows that are missing, and a suspension of all changes', async () => {
    const ledger = new InMemoryLedger();
    await ledger.suspend(undefined, { since: 0, reason: 'incident 7' });
    const [first = '', ...others] = workflowNames;
    const { checks } = await run(partChecks(() => partsOf(ledger, others)));
    expect(checks.slice(0, 3).map(({ name, state, found }) => [name, state, found])).toEqual([
      [
        'Ledger',
        'warning',
        'Changes of all workspaces are suspended since 1970-01-01T00:00:00.000Z: incident 7.',
      ],
      ['Spec bucket', 'ok', 'specs can be listed.'],
      ['Workflows', 'failed', `These are missing: ${first}.`],
    ]);
  });
});

describe('gateloop doctor: permissions', () => {
  const place = { partition: 'aws', region: 'eu-west-1', account: '123456789012', bucket: 'specs' };
  const needed = commandRights('main', place);

  it('asks IAM about the role behind the session, command by command', async () => {
    const asked: string[] = [];
    const missing = async (role: string, [statement]: readonly { readonly actions: readonly string[] }[]) => {
      asked.push(role);
      return statement?.actions.includes('events:PutEvents') ? ['events:PutEvents on x'] : [];
    };
    const { exitCode, checks } = await run([rightsCheck(clients({ rights: { missing } }), needed)]);
    expect(new Set(asked)).toEqual(new Set([ROLE]));
    expect(exitCode).toBe(0);
    expect(checks.filter(({ state }) => state === 'warning').map(({ found }) => found)).toEqual([
      'reconcile, retry, sync needs events:PutEvents on x.',
      'answer needs events:PutEvents on x.',
    ]);
  });

  it('says what it needs where IAM does not answer', async () => {
    const rights = { missing: async () => undefined };
    expect((await run([rightsCheck(clients({ rights }), needed)])).checks).toMatchObject([
      { state: 'unknown', remedy: expect.stringContaining('iam:SimulatePrincipalPolicy') },
    ]);
  });
});
