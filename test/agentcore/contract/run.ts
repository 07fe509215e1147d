import { Option } from 'commander';
import { explainedAwsError } from '../../../cli/awsErrors.ts';
import { type CommandIo, defineCommand, numberBetween, wholeNumber } from '../../../cli/commandSpec.ts';
import { CommandError, invalidOption } from '../../../cli/errorReport.ts';
import { exitCodes } from '../../../cli/exitCodes.ts';
import { processIo, runAlone } from '../../../cli/program.ts';
import type { Endpoint } from './endpointSubject.ts';

interface ContractFlags {
  readonly endpoint?: string;
  readonly account?: string;
  readonly emulator: boolean;
  readonly replay?: string;
  readonly region?: string;
  readonly role?: string;
  readonly record?: string;
  readonly rows?: string;
  readonly wait: number;
  readonly concurrency?: number;
}

/** What the suite runs on: a service at a URL, an account, an emulator of its own, or the files of a recording. */
type On =
  | { readonly endpoint: string }
  | { readonly account: string }
  | { readonly emulator: true }
  | { readonly replay: string };

export interface ContractOptions extends Pick<ContractFlags, 'record' | 'rows' | 'wait'> {
  readonly on: On;
  readonly region: string;
  readonly roleArn: string;
  readonly concurrency: number;
  readonly json: boolean;
}

const EXAMPLE_ROLE = 'arn:aws:iam::123456789012:role/contract';
/** The rows of the emulator of its own that run at the same time. */
const EMULATOR_CONCURRENCY = 12;

/** `npm run test:contract`. */
export const contractCommand = defineCommand<ContractFlags, ContractOptions>({
  name: 'test:contract',
  summary: 'compare a service with the contract of the AgentCore API',
  description:
    'Sends the requests of the contract suite to a service, and checks what it accepts, refuses and does. Deletes what it creates, and names what it could not delete. docs/emulator.md says how to record an account, and what to do with differences.',
  options: [
    new Option('--emulator', 'run on the emulator of this repository, in a process of its own'),
    new Option('--endpoint <url>', "run on the service at this URL, such as another emulator's"),
    new Option(
      '--account <id>',
      'run on this account with the default credentials: creates and deletes resources there, which may cost money',
    ),
    new Option(
      '--replay <dir>',
      'send recorded requests to the emulator and show where it answers differently',
    ),
    new Option('--record <dir>', 'keep requests and answers, without secrets and ids, as JSON files'),
    new Option('--role <arn>', 'role of gateways, runtimes and harnesses; required with --account'),
    new Option('--region <name>', 'AWS Region (default: AWS_REGION, or us-east-1)'),
    new Option('--rows <regex>', 'run only the rows whose title matches, such as "CreateGateway accepts"'),
    new Option('--wait <seconds>', 'the longest wait for a status or a deletion')
      .argParser(numberBetween('--wait', 1, 3600))
      .default(300),
    new Option('--concurrency <n>', 'rows at the same time (default: 1)').argParser(
      wholeNumber('--concurrency', 32),
    ),
  ],
  jsonOutput: 'print the results of all rows as one line of JSON on stdout',
  examples: {
    '--emulator': 'check the emulator as its users meet it, over HTTP',
    '--endpoint http://127.0.0.1:4566 --json': 'check another emulator',
    '--account 123456789012 --role arn:aws:iam::123456789012:role/contract --record recorded':
      'record an account',
    '--replay recorded': 'show where the emulator differs from the record',
  },
  exits: {
    done: 'the service keeps the contract, or the emulator answers as recorded',
    failed: 'a row failed, an answer differs, or a resource is left',
    refused: 'the command line is invalid',
    notFollowed: 'the service cannot be reached, or it refuses the credentials',
  },
  read: ({ flags, environment }) => {
    const on = chosen(flags);
    if (flags.record !== undefined && 'replay' in on)
      throw invalidOption('--record and --replay exclude each other');
    return {
      on,
      region: flags.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1',
      roleArn: flags.role ?? EXAMPLE_ROLE,
      concurrency: flags.concurrency || ('emulator' in on ? EMULATOR_CONCURRENCY : 1),
      wait: flags.wait,
      json: flags.json,
      ...(flags.record !== undefined && { record: flags.record }),
      ...(flags.rows !== undefined && { rows: validRegex(flags.rows) }),
    };
  },
  run: async (options, io) => {
    const { on } = options;
    if ('replay' in on) return runReplay(on.replay, options.json, io);
    if ('account' in on) return runRows({ source: 'recorded from an account' }, options, io);
    if ('endpoint' in on) return runRows(await endpointAt(on.endpoint), options, io);
    const { startEmulatorProcess } = await import('./emulatorProcess.ts');
    const emulator = await startEmulatorProcess();
    try {
      return await runRows(await endpointAt(emulator.url), options, io);
    } finally {
      await emulator.stop();
    }
  },
});

function chosen({ endpoint, account, emulator, replay, role }: ContractFlags): On {
  const all: readonly (On | undefined)[] = [
    endpoint === undefined ? undefined : { endpoint: serviceUrl(endpoint) },
    account === undefined ? undefined : { account: confirmedAccount(account, role) },
    emulator ? { emulator: true } : undefined,
    replay === undefined ? undefined : { replay },
  ];
  const [on, ...others] = all.filter((one) => one !== undefined);
  if (on && others.length === 0) return on;
  throw invalidOption('give exactly one of --emulator, --endpoint, --account and --replay');
}

function serviceUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw invalidOption(`--endpoint takes a URL such as http://127.0.0.1:4700, not "${text}"`);
  const url = new URL(text);
  if (/(^|\.)(amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/.test(url.hostname))
    throw invalidOption('--endpoint is for emulators; give --account with its id to run on AWS');
  return url.origin;
}

/** The id confirms that the suite may create resources in this account: a role of another one is refused by AWS. */
function confirmedAccount(id: string, role: string | undefined): string {
  if (!/^\d{12}$/.test(id))
    throw invalidOption(`--account takes the 12 digits of an account's id, not "${id}"`);
  if (role === undefined) throw invalidOption('--account needs --role, the ARN of a role in that account');
  if (!role.startsWith(`arn:aws`) || role.split(':')[4] !== id)
    throw invalidOption(`--role has to be the ARN of a role in account ${id}, not "${role}"`);
  return id;
}

function validRegex(text: string): string {
  try {
    new RegExp(text);
    return text;
  } catch {
    throw invalidOption(`--rows takes a regular expression, not "${text}"`);
  }
}

/** The emulator of this repository names itself in the recording. */
async function endpointAt(url: string): Promise<Pick<Endpoint, 'url' | 'source'>> {
  const state = await fetch(`${url}/_emulator/state`).catch(() => undefined);
  return { url, source: state?.ok ? 'recorded from the emulator' : 'recorded from another endpoint' };
}

async function runRows(
  at: Pick<Endpoint, 'url' | 'source'>,
  options: ContractOptions,
  { stdout, stderr }: CommandIo,
): Promise<number> {
  const { region, roleArn, wait, concurrency, record, rows, json } = options;
  const endpoint = {
    ...at,
    region,
    roleArn,
    waitSeconds: wait,
    concurrency,
    isDisposable: 'emulator' in options.on,
    ...(rows !== undefined && { rows }),
    ...(record !== undefined && { recordTo: record }),
  };
  await checkAccess(endpoint);
  const { runContract } = await import('./runContract.ts');
  const { isClean, reportText } = await import('./report.ts');
  const report = await runContract(endpoint, (text) => stderr.write(text));
  if (report.rows.length === 0 && report.errors.length === 0)
    throw invalidOption(`--rows ${rows} matches no row`);
  stdout.write(json ? `${JSON.stringify(report)}\n` : `${reportText(report)}\n`);
  return isClean(report) ? exitCodes.done : exitCodes.failed;
}

/** @throws CommandError `AwsTrouble` if the service cannot be reached or refuses the credentials */
async function checkAccess(endpoint: Endpoint): Promise<void> {
  const { clientConfiguration } = await import('./endpointSubject.ts');
  const { connect } = await import('./sdkClients.ts');
  const clients = connect({ ...clientConfiguration(endpoint), maxAttempts: 1 });
  try {
    await clients.call('ListGateways', { maxResults: 1 });
  } catch (error) {
    throw explainedAwsError(error);
  } finally {
    clients.close();
  }
}

async function runReplay(directory: string, json: boolean, { stdout }: CommandIo): Promise<number> {
  const { differenceText, readRecordings, replay } = await import('./recording/replay.ts');
  const recordings = readRecordings(directory);
  if (recordings.length === 0)
    throw new CommandError('FolderMissing', {
      what: `There is no recording in ${directory}.`,
      remedy: 'Record one with --record.',
    });
  const files = [];
  for (const { file, recording } of recordings) files.push({ file, calls: await replay(recording) });
  const differing = files.filter(({ calls }) => calls.length > 0);
  if (json) stdout.write(`${JSON.stringify({ recordings: files.length, differing })}\n`);
  else {
    for (const { file, calls } of differing) stdout.write(`${differenceText(file, calls)}\n`);
    stdout.write(`${files.length} recordings replayed, ${differing.length} with other answers\n`);
  }
  return differing.length === 0 ? exitCodes.done : exitCodes.failed;
}

if (import.meta.main)
  process.exitCode = await runAlone(
    contractCommand,
    'npm run test:contract --',
    process.argv.slice(2),
    processIo,
  );
