import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { CleanUp, type Leftover } from './cleanUp.ts';
import { type RecordedCall, Recorder } from './recording/recorder.ts';
import type { RunIdentity } from './recording/scrub.ts';
import { connect } from './sdkClients.ts';
import type { ApiResponse, Subject } from './subject.ts';

/** Where a run of the contract suite sends its requests. Vitest passes it to the tests as JSON. */
export interface Endpoint {
  /** Absent for AWS's own endpoint, with the default credentials. */
  readonly url?: string;
  /** As a recording names it: `recorded from the emulator`, `recorded from an account`. */
  readonly source: string;
  readonly region: string;
  readonly roleArn: string;
  /** The longest wait for a status or for a deletion. */
  readonly waitSeconds: number;
  /** The number of rows that run at the same time. */
  readonly concurrency: number;
  /** A regular expression for the titles of the rows to run, such as `CreateGateway accepts`. */
  readonly rows?: string;
  /** The service ends with the run, so that nothing has to be deleted at the end. */
  readonly isDisposable: boolean;
  /** The directory for recordings. */
  readonly recordTo?: string;
}

/** A row that this endpoint cannot run. The message is the reason. */
export class RowNotRun extends Error {}

/** A subject at an endpoint. */
export interface EndpointSubject extends Subject {
  readonly identity: RunIdentity;
  calls(): readonly RecordedCall[];
  /**
   * Deletes what the row created.
   * @param patient waits until the links of targets have expired that wait for a person
   * @returns what could not be deleted
   */
  cleanUp(patient: boolean): Promise<readonly Leftover[]>;
}

/** The first wait between two polls, and the longest: an operation takes from half a second to minutes. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;
/** Source: the developer guide. */
const LINK_LIFETIME_SECONDS = 600;
const FAILED_STATUS = /FAILED$|UNSUCCESSFUL$/;

/** The SDK's configuration for the endpoint. Only AWS itself sees the default credentials. */
export function clientConfiguration({ url, region }: Endpoint) {
  return {
    region,
    // The SDK repeats throttled requests, with backoff.
    maxAttempts: 8,
    ...(url !== undefined && {
      endpoint: url,
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' },
    }),
  };
}

export function openEndpoint(endpoint: Endpoint): EndpointSubject {
  const { url, region, roleArn, waitSeconds } = endpoint;
  const configuration = clientConfiguration(endpoint);
  const recorder = new Recorder();
  const clients = connect(configuration, recorder);
  // Deletions are no part of the row.
  const cleaners = connect(configuration);
  const cleanUp = new CleanUp();
  const name = `contract${randomBytes(4).toString('hex')}`;
  return {
    async call(operation, input) {
      const response = await clients.call(operation, input);
      cleanUp.recordCreated(operation, input, response);
      return response;
    },
    name,
    roleArn,
    identity: { name, roleArn, region, ...(url !== undefined && { endpoint: new URL(url).origin }) },
    get emulator(): never {
      throw new RowNotRun('it advances time or consents inside the emulator');
    },
    async until(read, isDone) {
      let response: ApiResponse = {};
      const isReached = await repeat(waitSeconds, async () => {
        response = await read();
        if (isDone(response)) return true;
        const { status } = Object(response.harness ?? response);
        if (FAILED_STATUS.test(String(status)))
          throw new Error(`the awaited status is impossible now: ${JSON.stringify(response)}`);
        return false;
      });
      if (isReached) return response;
      throw new Error(`not reached within ${waitSeconds} s: ${JSON.stringify(response)}`);
    },
    calls: () => recorder.calls,
    cleanUp: (patient) => {
      const seconds = patient ? LINK_LIFETIME_SECONDS + waitSeconds : waitSeconds;
      return cleanUp.run(cleaners.call, (action) => repeat(seconds, action), patient);
    },
    async close() {
      clients.close();
      cleaners.close();
    },
  };
}

/** Calls the action until it returns true, with growing waits. @returns false when the time is over */
async function repeat(seconds: number, action: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + seconds * 1000;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 1.5, LONGEST_WAIT_MS)) {
    if (await action()) return true;
    const left = end - performance.now();
    if (left <= 0) return false;
    await setTimeout(Math.min(wait, left));
  }
}
