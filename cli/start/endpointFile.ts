import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../errorReport.ts';

/** The default data directory of `npm start`. */
export const DEFAULT_DATA = '.gateloop';

/** The folder in it with a data directory for each other folder of workspaces. */
export const FOLDERS = 'folders';

/** The endpoints of a running `npm start`. */
export interface LocalEndpoint {
  /** The URL of S3, such as `http://127.0.0.1:41234`. */
  readonly s3: string;
  readonly bucket: string;
  /** The URLs of DynamoDB and of Step Functions. */
  readonly dynamodb: string;
  readonly stepFunctions: string;
  /** The name of the ledger's table. */
  readonly ledger: string;
  /** The URLs of EventBridge, Secrets Manager and the control plane of AgentCore. */
  readonly events: string;
  readonly secretsManager: string;
  /** The URL of CloudWatch Logs. */
  readonly logs: string;
  readonly agentCore: string;
  readonly bus: string;
  /** The base URL of the pages, without a slash at the end. */
  readonly pages: string;
  readonly region: string;
  /** The simulated time at a real one, both in ms since the epoch, and how many times faster it passes. */
  readonly clock: { readonly simulated: number; readonly real: number; readonly speed: number };
  /** The process that listens there. */
  readonly pid: number;
}

function fileIn(data: string): string {
  return join(data, 'endpoint.json');
}

/** @returns the path of the file that a shell reads, so that the AWS CLI and any SDK call the embedded AWS */
export function environmentFileIn(data: string): string {
  return join(data, 'aws.env');
}

/**
 * Writes into the data directory the endpoint, for commands with `--local`, and the environment of other AWS clients.
 *
 * @returns a function that deletes both files
 */
export function writeEndpoint(
  data: string,
  endpoint: LocalEndpoint,
  environment: Readonly<Record<string, string>>,
): () => void {
  const files: Readonly<Record<string, string>> = {
    [fileIn(data)]: `${JSON.stringify(endpoint)}\n`,
    [environmentFileIn(data)]: Object.entries(environment)
      .map(([name, value]) => `export ${name}='${value}'\n`)
      .join(''),
  };
  mkdirSync(data, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(file, content);
  return () => {
    for (const file of Object.keys(files)) rmSync(file, { force: true });
  };
}

/**
 * @returns the endpoint of the start whose data directory is `data`; else those of the starts on other folders of workspaces,
 *   whose data directories are below it
 */
function endpointsBelow(data: string): [string, LocalEndpoint][] {
  const own = endpointIn(data);
  if (own) return [[data, own]];
  const folders = join(data, FOLDERS);
  if (!existsSync(folders)) return [];
  return readdirSync(folders)
    .toSorted()
    .map((name) => join(folders, name))
    .flatMap((directory): [string, LocalEndpoint][] => {
      const endpoint = endpointIn(directory);
      return endpoint ? [[directory, endpoint]] : [];
    });
}

/** @returns undefined when nothing runs; a killed process leaves a file with the id of a dead one */
function endpointIn(data: string): LocalEndpoint | undefined {
  try {
    const endpoint: LocalEndpoint = JSON.parse(readFileSync(fileIn(data), 'utf8'));
    process.kill(endpoint.pid, 0);
    return endpoint;
  } catch {
    return undefined;
  }
}

/** @returns undefined when no `npm start` runs on the data directory, or several on folders in it */
export function readEndpoint(data: string): LocalEndpoint | undefined {
  const [only, ...others] = endpointsBelow(data);
  return others.length > 0 ? undefined : only?.[1];
}

/** @returns the simulated time, in ms since the epoch */
export function simulatedNow({ clock: { simulated, real, speed } }: LocalEndpoint): number {
  return simulated + (Date.now() - real) * speed;
}

/** Signs requests to the embedded AWS, which takes any credentials. */
export const embeddedCredentials = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };

/** @throws CommandError `NotFollowed` when no `npm start` runs on the data directory, or several on folders in it */
export function runningEndpoint(data: string): LocalEndpoint {
  const [only, ...others] = endpointsBelow(data);
  if (only && others.length === 0) return only[1];
  if (only) {
    const directories = [only, ...others].map(([directory]) => directory);
    throw new CommandError('NotFollowed', {
      what: `${directories.length} starts run, each on a folder of workspaces.`,
      where: data,
      remedy: `Name one with --data: ${directories.join(', ')}.`,
    });
  }
  throw new CommandError('NotFollowed', {
    what: `Nothing runs on the data directory ${data}.`,
    where: data,
    remedy: 'Start it (npm start, or gateloop dev), or name its data directory with --data.',
  });
}
