import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The data directory of an `npm start` that is given none. */
export const DEFAULT_DATA = '.gateloop';

/** Where a running `npm start` can be pushed to. */
export interface LocalEndpoint {
  /** Of S3, such as `http://127.0.0.1:41234`. */
  readonly s3: string;
  readonly bucket: string;
  readonly region: string;
  /** The process that listens there. */
  readonly pid: number;
}

function fileIn(data: string): string {
  return join(data, 'endpoint.json');
}

/** Notes it in the data directory, for `npm run push -- --local`. @returns what takes the note away */
export function writeEndpoint(data: string, endpoint: LocalEndpoint): () => void {
  writeFileSync(fileIn(data), `${JSON.stringify(endpoint)}\n`);
  return () => rmSync(fileIn(data), { force: true });
}

/** @returns undefined where nothing runs: what was killed leaves a note of a process that is gone */
export function readEndpoint(data: string): LocalEndpoint | undefined {
  try {
    const endpoint: LocalEndpoint = JSON.parse(readFileSync(fileIn(data), 'utf8'));
    process.kill(endpoint.pid, 0);
    return endpoint;
  } catch {
    return undefined;
  }
}
