import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { startExamples } from '../../examples/startExamples.ts';
import { ScaledClock } from '../clock.ts';
import { type Gateloop, LEDGER_TABLE, SPEC_BUCKET, startGateloop } from '../gateloop.ts';
import { startConsole } from './console.ts';
import type { Display, DisplayOptions } from './display.ts';
import type { StartOptions } from './options.ts';
import { type Row, rowOf } from './progress.ts';
import { type Result, resultOf } from './result.ts';
import { interrupted, watchFolder } from './watching.ts';
import { WorkspaceFolder } from './workspaceFolder.ts';

/**
 * Starts everything, uploads the folder, and stays: until all is settled with `--once`, until it is interrupted
 * otherwise.
 *
 * @throws GateloopError for options that cannot be met: no such folder, data directory or port in use
 */
export async function run(
  options: StartOptions,
  createDisplay: (given: Omit<DisplayOptions, 'stream'>) => Display,
): Promise<Result> {
  const real = performance.now();
  const examples = await startExamples();
  const gateloop = await startGateloop({
    clock: (lastSeen) => new ScaledClock(options.speed, Math.max(Date.now(), lastSeen ?? 0)),
    dataDirectory: options.data,
    authorizationUrl: `http://127.0.0.1:${options.port}`,
    // Of what AWS may do with a lapsed link, the one that its documentation speaks of, and that goes on by itself.
    agentCore: { endpoints: examples.endpoints, switches: { lapsedLink: 'fails' } },
    secrets: examples.secrets,
    schedules: !options.once,
  });
  const closing: (() => Promise<void> | void)[] = [() => gateloop.close(), () => examples.close()];
  try {
    if (!options.once || options.portGiven) closing.unshift(await startConsole(gateloop, options.port));
    const since = { simulated: gateloop.clock.now(), real };
    const folder = new WorkspaceFolder(
      options.workspaces,
      SPEC_BUCKET,
      new S3Client(clientSettings(gateloop, 'S3')),
    );
    const ledger = new DynamoLedger(LEDGER_TABLE, new DynamoDBClient(clientSettings(gateloop, 'DYNAMODB')));
    const display = createDisplay({ clock: gateloop.clock, rows: () => rows(ledger, folder.workspaces()) });
    gateloop.aws.onActivity((activity) => display.onActivity(activity));
    await upload(folder, gateloop);
    display.start();
    if (options.once) await gateloop.aws.idle(ONCE_LIMIT_MS);
    else {
      if (!options.json) display.say(`The console is at http://127.0.0.1:${options.port} — Ctrl-C stops.`);
      closing.unshift(watchFolder(folder, display));
      await interrupted();
    }
    await display.stop();
    return resultOf(gateloop, folder.workspaces(), since);
  } finally {
    for (const close of closing) await close();
  }
}

/** Longer than all backoffs that a pass waits for, so that only something that hangs reaches it; simulated ms. */
const ONCE_LIMIT_MS = 24 * 3_600_000;

/** Uploads what changed; for what did not, asks for a look, since an earlier start may have been cut short. */
async function upload(folder: WorkspaceFolder, { aws }: Gateloop): Promise<void> {
  const { workspaces, changed } = await folder.upload();
  for (const workspace of workspaces) {
    if (changed.has(workspace)) continue;
    aws.bus.publish({ source: 'gateloop.start', detailType: 'Reconcile Requested', detail: { workspace } });
  }
}

async function rows(ledger: DynamoLedger, workspaces: readonly string[]): Promise<Row[]> {
  const all = await Promise.all(
    workspaces.map(async (workspace) => {
      const resources = await ledger.readResources(workspace);
      return [...resources.values()].map(({ memory }) => rowOf(workspace, memory));
    }),
  );
  return all.flat();
}

/** For a client of the process itself, which has no endpoints in its environment. */
function clientSettings({ aws }: Gateloop, service: string) {
  const { environment } = aws;
  return {
    endpoint: environment[`AWS_ENDPOINT_URL_${service}`] ?? '',
    region: environment.AWS_REGION ?? '',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
    ...(service === 'S3' && { forcePathStyle: true }),
  };
}
