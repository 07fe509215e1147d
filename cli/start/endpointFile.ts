import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The default data directory of `npm start`. */
export const DEFAULT_DATA = '.gateloop';

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
  /** The URL of EventBridge. */
  readonly events: string;
  readonly bus: string;
  readonly region: string;
  /** The process that listens there. */
  readonly pid: number;
}

function fileIn(data: string): string {
  return join(data, 'endpoint.json');
}

/** Writes the endpoint into the data directory, for commands with `--local`. @returns a function that deletes the file */
export function writeEndpoint(data: string, endpoint: LocalEndpoint): () => void {
  writeFileSync(fileIn(data), `${JSON.stringify(endpoint)}\n`);
  return () => rmSync(fileIn(data), { force: true });
}

/** @returns undefined when no `npm start` runs; a killed one leaves a file with the id of a dead process */
export function readEndpoint(data: string): LocalEndpoint | undefined {
  try {
    const endpoint: LocalEndpoint = JSON.parse(readFileSync(fileIn(data), 'utf8'));
    process.kill(endpoint.pid, 0);
    return endpoint;
  } catch {
    return undefined;
  }
}
