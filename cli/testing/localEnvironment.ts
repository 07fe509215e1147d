import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import {
  EVENT_BUS,
  type Gateloop,
  type GateloopOptions,
  LEDGER_TABLE,
  SPEC_BUCKET,
} from '../../local/gateloop.ts';
import { emulatorSettings, PAGES_URL, type System, startSystem } from '../../test/system/system.ts';
import { commands } from '../commands.ts';
import { runProgram } from '../program.ts';
import { writeEndpoint } from '../start/endpointFile.ts';
import { recordedIo } from './recordedIo.ts';

/** What a command ended with. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A system under simulated time that commands reach with `--local`, as they reach `npm start`. */
export interface LocalEnvironment {
  readonly system: System;
  /** Runs `gateloop <line> --local`. Words are separated by single spaces. */
  gateloop(line: string, environment?: NodeJS.ProcessEnv): Promise<Ended>;
  /** Lets a command that a test runs itself reach the system, by these flags. */
  withFlags<Result>(work: (flags: readonly string[]) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Starts a system whose ledger is the embedded DynamoDB. It costs no threads. */
export async function startLocalEnvironment(
  options: Partial<Omit<GateloopOptions, 'createHandler' | 'dataDirectory'>> = {},
): Promise<LocalEnvironment> {
  const started: { ledger?: DynamoLedger } = {};
  const system = await startSystem(options, (ports) => {
    // Functions are made at their first call, after the start.
    started.ledger ??= new DynamoLedger(LEDGER_TABLE, new DynamoDBClient(settings('DYNAMODB')));
    return { ...ports, ledger: started.ledger };
  });
  const settings = (service: string) =>
    emulatorSettings(system.gateloop.aws.environment[`AWS_ENDPOINT_URL_${service}`] ?? '');
  const data = mkdtempSync(join(tmpdir(), 'gateloop-data-'));
  const withFlags: LocalEnvironment['withFlags'] = async (work) => {
    const removeEndpoint = writeLocalEndpoint(data, system.gateloop);
    try {
      return await work(['--local', '--data', data]);
    } finally {
      removeEndpoint();
    }
  };
  return {
    system,
    withFlags,
    gateloop: (line, environment) =>
      withFlags(async (flags) => {
        const io = recordedIo(environment);
        const code = await runProgram(commands, [...line.split(' '), ...flags], io);
        return { code, ...io.written() };
      }),
    close: () => system.close(),
  };
}

/** Writes the endpoint at the present simulated time, which stands still while a command runs. */
function writeLocalEndpoint(data: string, { aws, agentCore, clock }: Gateloop): () => void {
  const url = (service: string) => aws.environment[`AWS_ENDPOINT_URL_${service}`] ?? '';
  const endpoint = {
    s3: url('S3'),
    bucket: SPEC_BUCKET,
    dynamodb: url('DYNAMODB'),
    stepFunctions: url('SFN'),
    ledger: LEDGER_TABLE,
    events: url('EVENTBRIDGE'),
    secretsManager: url('SECRETS_MANAGER'),
    logs: url('CLOUDWATCH_LOGS'),
    agentCore: agentCore.url,
    pages: PAGES_URL,
    bus: EVENT_BUS,
    region: 'us-east-1',
    clock: { simulated: clock.now(), real: Date.now(), speed: 0 },
    pid: process.pid,
  };
  return writeEndpoint(data, endpoint, {});
}
