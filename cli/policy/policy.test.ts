import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../commands.ts';
import { runProgram } from '../program.ts';
import { recordedIo } from '../testing/recordedIo.ts';

async function policy(...args: string[]) {
  const io = recordedIo();
  const code = await runProgram(commands, ['policy', ...args], io);
  return { code, ...io.written() };
}

/** A folder with this manifest. */
function folder(manifest: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'gateloop-')), 'payments');
  mkdirSync(path);
  writeFileSync(join(path, 'manifest.yaml'), manifest);
  return path;
}

const MANIFEST = `gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
    targets:
      refunds:
        targetConfiguration:
          mcp:
            lambda:
              lambdaArn: arn:aws:lambda:eu-west-1:123456789012:function:refunds
              toolSchema: { inlinePayload: [{ name: refund, description: Refunds., inputSchema: { type: object } }] }
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]
`;

describe('gateloop policy', () => {
  it('gateloop policy: prints the policy for uses, and the source of each on stderr', async () => {
    const { code, stdout, stderr } = await policy('lambda', 'gatewayKey', '--region', 'eu-west-1');
    expect(code).toBe(0);
    const { Version, Statement } = JSON.parse(stdout);
    expect(Version).toBe('2012-10-17');
    expect(Statement).toMatchObject([
      { Effect: 'Allow', Action: ['lambda:InvokeFunction'] },
      { Condition: { StringEquals: { 'kms:ViaService': 'bedrock-agentcore.eu-west-1.amazonaws.com' } } },
    ]);
    expect(stderr).toContain('lambda: a gateway with a Lambda target');
  });

  it("gateloop policy: prints the policy of each role that a folder's manifest names", async () => {
    const { code, stdout } = await policy(folder(MANIFEST), '--region', 'eu-west-1', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      'arn:aws:iam::123456789012:role/front': {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['lambda:InvokeFunction'],
            Resource: [
              'arn:aws:lambda:eu-west-1:123456789012:function:refunds',
              'arn:aws:lambda:eu-west-1:123456789012:function:refunds:*',
            ],
          },
        ],
      },
    });
  });

  it('gateloop policy: prints the trust policy for AgentCore and one account', async () => {
    const { stdout } = await policy('runtime', '--trust', '--account', '123456789012');
    expect(JSON.parse(stdout).Statement).toMatchObject([
      {
        Principal: { Service: 'bedrock-agentcore.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ]);
  });

  it('gateloop policy: refuses a word that is neither a use nor a folder, and a folder without a Region', async () => {
    expect(await policy('lamda')).toMatchObject({ code: 2, stderr: expect.stringContaining('"lamda"') });
    const given = await policy(folder(MANIFEST));
    expect(given).toMatchObject({ code: 2, stderr: expect.stringContaining('--region') });
  });

  it('gateloop policy: refuses a folder whose manifest has errors', async () => {
    const { code, stdout } = await policy(folder('gateways: 3\n'), '--region', 'eu-west-1');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
