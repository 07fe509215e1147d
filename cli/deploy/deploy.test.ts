import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readDeployment } from '../../infra/deployment.ts';
import { packageRoot } from '../../workflows/packageRoot.ts';
import { expectOutput } from '../testing/cliSchema.ts';
import { testAccount } from '../testing/testAccount.ts';
import { environmentsFolder } from './command.ts';
import { type DeployOptions, deploy, runCdk } from './deploy.ts';

const options: DeployOptions = {
  environment: 'main',
  environments: join(packageRoot, 'infra/environments'),
  dryRun: false,
  yes: false,
  json: false,
};

describe('deploy', () => {
  const said: string[] = [];
  const ran: (readonly string[])[] = [];
  beforeEach(() => {
    said.length = 0;
    ran.length = 0;
  });

  const run = (given: Partial<DeployOptions> = {}, settings: object = {}, code = 0) =>
    deploy(
      { ...options, ...given },
      {
        region: 'us-east-1',
        clients: testAccount({ limit: 10 }),
        readDeployment: (environment) => readDeployment(environment, settings),
        say: (line) => said.push(line),
        runCdk: async (args) => {
          ran.push(args);
          return code;
        },
      },
    );

  it('deploy: says what the account has before it deploys the environment', async () => {
    const result = await run({ environment: 'staging' });
    expectOutput('deployment', `${JSON.stringify(result)}\n`);
    expect(result).toEqual({ exitCode: 0, account: said });
    expect(said[0]).toContain('at most 10 functions at once');
    expect(ran).toEqual([
      expect.arrayContaining(['deploy', 'env=staging', '--import-existing-resources', 'broadening']),
    ]);
  });

  it('deploy: asks nothing with --yes, and changes nothing with --dry-run', async () => {
    await run({ yes: true });
    await run({ dryRun: true });
    expect(ran).toEqual([expect.arrayContaining(['deploy', 'never']), expect.arrayContaining(['diff'])]);
    expect(ran[1]).not.toContain('deploy');
  });

  it('deploy: deploys nothing that the account would refuse', async () => {
    await expect(run({}, { reserveConcurrency: true })).rejects.toThrow('needs 122');
    expect(ran).toEqual([]);
  });

  it('deploy: says what to do without credentials', async () => {
    const error = Object.assign(new Error('none'), { name: 'CredentialsProviderError' });
    const clients = testAccount({});
    clients.lambda.send = () => Promise.reject(error);
    const ports = { region: 'us-east-1', clients, say: () => {}, runCdk: () => expect.fail('cdk ran') };
    const read = (environment: string) => readDeployment(environment, {});
    await expect(deploy(options, { ...ports, readDeployment: read })).rejects.toMatchObject({
      code: 'AwsTrouble',
      message: expect.stringContaining('AWS credentials'),
    });
  });

  it('deploy: fails where cdk fails', async () => {
    expect((await run({}, {}, 1)).exitCode).toBe(1);
  });

  it('deploy: takes the settings of a checkout, unless a folder is named', () => {
    expect(environmentsFolder(undefined)).toBe(options.environments);
    expect(environmentsFolder('settings')).toBe(join(process.cwd(), 'settings'));
  });

  it('runCdk: runs the installed cdk, and returns its exit code', async () => {
    expect(await runCdk(['--version'], packageRoot, process.stderr)).toBe(0);
    expect(await runCdk(['no-such-command'], packageRoot, process.stderr)).not.toBe(0);
  });
});
