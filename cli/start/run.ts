import { relative } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { startExamples } from '../../examples/startExamples.ts';
import type { EmulatorSettings } from '../../local/agentcore/settings/parseSettings.ts';
import { serveConsole } from '../../local/console/serveConsole.ts';
import { EVENT_BUS, type Gateloop, LEDGER_TABLE, SPEC_BUCKET, startGateloop } from '../../local/gateloop.ts';
import { ScaledClock } from '../../local/simulation/clock.ts';
import { hasSqlite } from '../../local/simulation/sqlite.ts';
import { durationText } from '../display/resourceRow.ts';
import type { Screen } from '../display/screen.ts';
import { CommandError } from '../errorReport.ts';
import { ConsolePort, DEFAULT_PORT } from './consolePort.ts';
import { Display } from './display.ts';
import { DEFAULT_DATA, embeddedCredentials, environmentFileIn, writeEndpoint } from './endpointFile.ts';
import { FolderUpload, type Uploaded } from './folderUpload.ts';
import { GuardrailsUpload } from './guardrailsUpload.ts';
import type { Interruption } from './interruption.ts';
import { KnownWorkspaces } from './knownWorkspaces.ts';
import { lambdaFunctions } from './lambdaFunctions.ts';
import { LedgerRows } from './ledgerRows.ts';
import { makePlayground } from './playground.ts';
import { reservePort } from './reservePort.ts';
import { type Result, resultOf, type Scope, workspaceResult } from './result.ts';
import { readSecretsFile } from './secretsFile.ts';
import { watchFolder } from './watchFolder.ts';
import { WorkspaceFolder } from './workspaceFolder.ts';
import { PassReport, summaryLine, type TableSettings, workspaceTable } from './workspaceTable.ts';

export interface StartOptions {
  /** The folder that contains one folder for each workspace. */
  readonly workspaces: string;
  /** Where the playground is, if it is that folder. */
  readonly playgroundIn?: string;
  /** The file of the operators' guardrails. Without it the safe guardrails hold. */
  readonly guardrails: string;
  /** Exit when all workspaces have settled. */
  readonly once: boolean;
  /** Print the result as one line of JSON on stdout, and everything else on stderr. */
  readonly json: boolean;
  /** Simulated seconds per real second. */
  readonly speed: number;
  /** The port of the console and the authorization pages, as the command line gives it. */
  readonly port?: number;
  readonly data: string;
  /** Names by which browsers reach this machine, besides those of the loopback interface. */
  readonly allowedHosts: readonly string[];
  readonly settings: EmulatorSettings;
  /** Servers on this machine besides those of the examples: the public URL, or the start of it, and the local one. */
  readonly endpoints?: Readonly<Record<string, string>>;
  /** Functions on this machine: the module or the URL of each by the ARN that manifests name. */
  readonly lambdas?: Readonly<Record<string, string>>;
  /** The file of the secrets besides those of the examples; absolute. */
  readonly secretsFile?: string;
}

/**
 * Time limit of `--once`, in simulated ms. A hundred targets take six minutes, and failures are reported before the last
 * retry: a workspace that has not settled after two hours hangs.
 */
const ONCE_LIMIT_MS = 2 * 3_600_000;
/** Minimum of the limit, in real ms: functions start in real time, which is hours of simulated time at speed 1000. */
const ONCE_LIMIT_REAL_MS = 600_000;

/**
 * Starts Gateloop, uploads the folder, and runs: with `--once` until all workspaces have settled, otherwise until an
 * interruption. The next start continues interrupted work.
 *
 * @throws GateloopError when the folder does not exist, or the data directory or the port is in use
 */
export async function run(
  options: StartOptions,
  screen: Screen,
  interruption: Interruption,
): Promise<Result> {
  const real = performance.now();
  const secrets = options.secretsFile === undefined ? {} : readSecretsFile(options.secretsFile);
  const copied = options.playgroundIn === undefined ? undefined : makePlayground(options.playgroundIn);
  const folder = new WorkspaceFolder(options.workspaces);
  if (options.once) checkNotEmpty(folder);
  const consolePort = new ConsolePort(options.data);
  const port = options.port ?? consolePort.read() ?? DEFAULT_PORT;
  const hasConsole = !options.once || options.port !== undefined;
  const reserved = hasConsole ? await reservePort(port) : undefined;
  const closing: (() => Promise<void> | void)[] = reserved ? [reserved.close] : [];
  try {
    const url = `http://127.0.0.1:${reserved?.port ?? port}`;
    if (reserved) screen.say(`The console is at ${url} — Ctrl-C stops`);
    for (const line of firstLines(options)) screen.say(line);
    if (copied !== undefined) screen.say(copied);
    const examples = await startExamples();
    closing.unshift(() => examples.close());
    const gateloop = await startGateloop({
      clock: (lastSeen) => new ScaledClock(options.speed, Math.max(Date.now(), lastSeen ?? 0)),
      ...(hasSqlite && { dataDirectory: options.data }),
      authorizationUrl: url,
      agentCore: {
        ...options.settings,
        endpoints: { ...examples.endpoints, ...options.endpoints },
        functions: lambdaFunctions(options.lambdas ?? {}),
        allowedHosts: options.allowedHosts,
      },
      secrets: { ...examples.secrets, ...secrets },
      schedules: !options.once,
    });
    closing.unshift(() => gateloop.close());
    closing.unshift(publishEndpoint(gateloop, url, options));
    if (reserved) {
      consolePort.write(reserved.port);
      serveConsole(gateloop, reserved.server, options.allowedHosts);
      // Closes before the system that it shows.
      closing.unshift(reserved.close);
    }
    const session = new Session({ options, screen, interruption, gateloop, folder, url, real });
    return await session.run();
  } finally {
    screen.show([]);
    for (const close of closing) await close();
  }
}

interface SessionParts {
  readonly options: StartOptions;
  readonly screen: Screen;
  readonly interruption: Interruption;
  readonly gateloop: Gateloop;
  readonly folder: WorkspaceFolder;
  /** The URL of the console. */
  readonly url: string;
  /** The start of the run, in real ms. */
  readonly real: number;
}

/** One run of a started system on a folder of workspaces. */
class Session {
  readonly #parts: SessionParts;
  readonly #since: Scope['since'];
  readonly #client: S3Client;
  readonly #upload: FolderUpload;
  readonly #guardrails: GuardrailsUpload;
  readonly #rows: LedgerRows;
  readonly #display: Display;
  readonly #known = new KnownWorkspaces();
  #uploaded: Uploaded | undefined;

  constructor(parts: SessionParts) {
    const { gateloop, folder, screen, url, options } = parts;
    this.#parts = parts;
    this.#since = { simulated: gateloop.clock.now(), real: parts.real };
    this.#client = new S3Client(clientSettings(gateloop, 'S3'));
    this.#upload = new FolderUpload(folder, SPEC_BUCKET, this.#client);
    this.#guardrails = new GuardrailsUpload(
      options.guardrails,
      shortPath(options.guardrails),
      gateloop.aws.buckets,
    );
    const ledger = new DynamoLedger(LEDGER_TABLE, new DynamoDBClient(clientSettings(gateloop, 'DYNAMODB')));
    this.#rows = new LedgerRows(ledger, (id) => `${url}/authorizations/${id}`);
    const passReport = new PassReport({
      table: this.#table(),
      resultOf: (workspace) => workspaceResult(gateloop, workspace, this.#since.simulated),
    });
    this.#display = new Display({
      screen,
      clock: gateloop.clock,
      rows: () => this.#rows.read(this.#workspaces()),
      // `--once` prints the tables of all workspaces at the end.
      report: options.once ? () => ({ tables: [] }) : (ended) => passReport.linesOf(ended),
    });
  }

  async run(): Promise<Result> {
    const { options, interruption } = this.#parts;
    if (!interruption.isRequested) await this.#begin();
    if (options.once) await this.#untilSettled();
    else await this.#untilInterrupted();
    await this.#display.stop();
    const result = this.#result();
    this.#sayEnd(result);
    return result;
  }

  /** Uploads changed workspaces; requests a reconciliation of the others, because an earlier start may have been interrupted. */
  async #begin(): Promise<void> {
    const { aws } = this.#parts.gateloop;
    aws.onActivity((activity) => {
      this.#known.onActivity(activity);
      this.#display.onActivity(activity);
    });
    await this.#known.list(new S3SpecBucket(SPEC_BUCKET, undefined, this.#client));
    // Before the workspaces, so that none is checked against the guardrails of an earlier start.
    this.#guardrails.upload();
    for (const line of this.#guardrails.lines()) this.#display.say(line);
    const uploaded = await this.#upload.upload();
    this.#reportUpload(uploaded);
    for (const workspace of this.#workspaces()) {
      if (!uploaded.changed.has(workspace)) this.#requestReconcile(workspace);
    }
    this.#display.start();
  }

  #requestReconcile(workspace: string): void {
    const { bus } = this.#parts.gateloop.aws;
    bus.publish({ source: 'gateloop.start', detailType: 'Reconcile Requested', detail: { workspace } });
  }

  /** On AWS, the next drift pass would find the change. */
  #onGuardrailsChanged(): void {
    if (!this.#guardrails.upload()) return;
    for (const line of this.#guardrails.lines()) this.#display.say(line);
    for (const workspace of this.#workspaces()) this.#requestReconcile(workspace);
  }

  async #untilSettled(): Promise<void> {
    const { gateloop, interruption, options } = this.#parts;
    const limit = Math.max(ONCE_LIMIT_MS, ONCE_LIMIT_REAL_MS * options.speed);
    const settled = gateloop.aws.idle(limit).catch(() => {
      this.#display.say(
        `Some workspaces did not settle within ${durationText(limit)} of simulated time; the tables below show them. The next start continues.`,
      );
    });
    await Promise.race([settled, interruption.requested]);
  }

  async #untilInterrupted(): Promise<void> {
    const { options, folder, gateloop, interruption } = this.#parts;
    if (interruption.isRequested) return;
    this.#display.say(`Watching ${options.workspaces}`);
    this.#display.say(`From another folder: npm run push -- FOLDER --local${dataFlag(options)}`);
    const { AWS_ENDPOINT_URL_EVENTBRIDGE } = gateloop.aws.environment;
    this.#display.say(
      `For the AWS CLI and SDKs: source ${shortPath(environmentFileIn(options.data))}`,
      `EventBridge is at ${AWS_ENDPOINT_URL_EVENTBRIDGE}; the bus is called ${EVENT_BUS}.`,
    );
    const end = watchFolder({
      directory: folder.directory,
      upload: this.#upload,
      onUploaded: (uploaded) => this.#reportUpload(uploaded),
      onTrouble: (message) => this.#display.say(`${message} The uploaded files stay unchanged.`),
    });
    const endGuardrails = this.#guardrails.watch(() => this.#onGuardrailsChanged());
    await interruption.requested;
    endGuardrails();
    end();
  }

  /** Reports what an upload changed and skipped. */
  #reportUpload(uploaded: Uploaded): void {
    const { workspaces, refused, changed, gone, skippedFiles } = uploaded;
    this.#uploaded = uploaded;
    const { directory } = this.#parts.folder;
    if (changed.size > 0) this.#display.say(`Uploaded ${[...changed].join(', ')}`);
    for (const workspace of gone)
      this.#display.say(
        `${workspace} is no longer in ${directory}. Its copy in the bucket and its resources stay unchanged.`,
      );
    for (const sentence of skippedFiles) this.#display.printOnce(`Skipped: ${sentence}`);
    for (const [name, why] of refused) this.#display.printOnce(`Skipped: "${name}". ${why}`);
    if (workspaces.length === 0) this.#display.printOnce(noWorkspaces(directory));
  }

  /** The workspaces of the folder, and those that `push --local` has uploaded, in this start or an earlier one. */
  #workspaces(): readonly string[] {
    return this.#known.names(this.#upload.workspaces);
  }

  #result(): Result {
    return resultOf(this.#parts.gateloop, {
      workspaces: this.#workspaces(),
      refused: this.#uploaded?.refused ?? new Map(),
      since: this.#since,
    });
  }

  #sayEnd(result: Result): void {
    const { options, screen, interruption } = this.#parts;
    if (options.once) {
      for (const [name, workspace] of Object.entries(result.workspaces))
        screen.say(`\n${workspaceTable(name, workspace, this.#table())}`);
      if (Object.values(result.workspaces).some(({ outcome }) => outcome === 'awaiting'))
        screen.say('\nTo open the links, run npm start without --once.');
    }
    screen.say(`\n${summaryLine(result)}`);
    if (interruption.isRequested) screen.say('Stopped. All state is on disk; the next start continues.');
  }

  #table(): TableSettings {
    const { screen, folder } = this.#parts;
    return {
      screen,
      // Each link is shown once, in a message or in a table.
      linkOf: (workspace, resource) => {
        const link = this.#rows.linkOf(workspace, resource);
        return link !== undefined && this.#display.messages.isFirst(link) ? link : undefined;
      },
      placeOf: (workspace, file) => folder.place(workspace, file),
    };
  }
}

/** The facts that a new user needs to read the output. */
function firstLines({ speed, data }: StartOptions): string[] {
  const directory = shortPath(data);
  const pace =
    speed === 1 ? 'as fast as real time' : `${speed} times as fast as real time; times below are simulated`;
  return [
    `Simulated time runs ${pace} (--speed).`,
    hasSqlite
      ? `The state is in ${directory}. To reset it: Ctrl-C, then rm -r ${directory}`
      : `Node ${process.versions.node} has no SQLite: the state ends with this process. Node 22.13 and later keep it.`,
  ];
}

/** `push --local` uses the default directory without `--data`. */
function dataFlag({ data }: StartOptions): string {
  const directory = shortPath(data);
  return directory === DEFAULT_DATA ? '' : ` --data ${directory}`;
}

function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}

function checkNotEmpty(folder: WorkspaceFolder): void {
  const { workspaces, refused } = folder.names();
  if (workspaces.length + refused.size === 0)
    throw new CommandError('FolderEmpty', {
      what: `There is no workspace in ${folder.directory}.`,
      remedy: WHAT_A_WORKSPACE_IS,
    });
}

const WHAT_A_WORKSPACE_IS = 'A workspace is a folder in it that holds a manifest.yaml.';

function noWorkspaces(directory: string): string {
  return `There is no workspace in ${directory}. ${WHAT_A_WORKSPACE_IS}`;
}

/** Publishes the endpoints for commands with `--local`. */
function publishEndpoint(
  { aws: { environment }, agentCore, clock }: Gateloop,
  pages: string,
  { data, speed }: Pick<StartOptions, 'data' | 'speed'>,
): () => void {
  const {
    AWS_ENDPOINT_URL_S3: s3 = '',
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb = '',
    AWS_ENDPOINT_URL_SFN: stepFunctions = '',
    AWS_ENDPOINT_URL_EVENTBRIDGE: events = '',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager = '',
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs = '',
    AWS_REGION: region = '',
  } = environment;
  const names = { bucket: SPEC_BUCKET, ledger: LEDGER_TABLE, bus: EVENT_BUS };
  const services = { s3, dynamodb, stepFunctions, events, secretsManager, logs };
  const urls = { ...services, agentCore: agentCore.url, pages };
  const time = { simulated: clock.now(), real: Date.now(), speed };
  const endpoint = { ...urls, region, ...names, clock: time, pid: process.pid };
  return writeEndpoint(data, endpoint, environment);
}

/** Settings of a client in this process, whose environment has no endpoints. */
function clientSettings({ aws }: Gateloop, service: string) {
  const { environment } = aws;
  return {
    endpoint: environment[`AWS_ENDPOINT_URL_${service}`] ?? '',
    region: environment.AWS_REGION ?? '',
    credentials: embeddedCredentials,
    ...(service === 'S3' && { forcePathStyle: true }),
  };
}
