import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { referenceOf } from '../../core/authorization/reference.ts';
import type { JsonObject } from '../../core/manifest/json.ts';
import { SimulatedClock } from '../../local/clock.ts';
import { LEDGER_TABLE, SPEC_BUCKET, startGateloop } from '../../local/gateloop.ts';
import { answerPage } from '../../local/start/httpApi.ts';
import { PAGES } from './browser.ts';
import type { Ask, Moment, SentRequest, SentResponse } from './killed.ts';
import { manifest, SECRET } from './scene.ts';

/**
 * A process to be killed: the whole system on one data directory, which does what its parent asks, and kills itself at
 * the moment that the parent names.
 */
const [, , dataDirectory = '', now = ''] = process.argv;

const gateloop = await startGateloop({
  // The parent knows how far time had come; the system's own note is safe at any speed, and may be an hour ahead.
  clock: () => new SimulatedClock(Number(now)),
  dataDirectory,
  authorizationUrl: PAGES,
  agentCore: { switches: { unreachable: 'accepted', lapsedLink: 'fails' } },
  secrets: { 'shared/github': SECRET },
  schedules: false,
});
const { aws, agentCore, clock } = gateloop;

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Kills the process as soon as a fault has struck: a call is on its way, and its answer is not. */
function dieInCalls(operations: readonly string[], when: 'before' | 'after'): void {
  agentCore.setFaults(operations.map((operation) => ({ fault: 'timeout' as const, operation, when })));
  const struck = agentCore.injectedFaults().length;
  setInterval(() => {
    if (agentCore.injectedFaults().length > struck) die();
  }, 1);
}

const moments: Readonly<Record<Moment, () => void>> = {
  told: () => void aws.onActivity(({ kind }) => kind === 'message' && die()),
  operationBegun: () => dieInCalls(['CreateGatewayTarget', 'UpdateGatewayTarget'], 'after'),
  beforeCompletion: () => dieInCalls(['CompleteResourceTokenAuth'], 'before'),
  afterCompletion: () => dieInCalls(['CompleteResourceTokenAuth'], 'after'),
  ended: () => {
    const publish = aws.bus.publish.bind(aws.bus);
    aws.bus.publish = (event) => {
      if (event.detailType === 'Authorization Closed') die();
      return publish(event);
    };
  },
};

async function page({ method, url, headers, body }: SentRequest): Promise<SentResponse> {
  const request = new Request(url, { method, headers, ...(body !== undefined && { body }) });
  const response = await answerPage(gateloop, request);
  return { status: response.status, headers: [...response.headers], body: await response.text() };
}

async function report(sessions: readonly string[]): Promise<JsonObject> {
  const client = new DynamoDBClient({
    endpoint: aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
  });
  const ledger = new DynamoLedger(LEDGER_TABLE, client);
  const links = aws.outbox
    .list()
    .flatMap(({ message }) => /\/authorizations\/([0-9a-f]{32})/.exec(message)?.[1] ?? []);
  const known = await Promise.all([...new Set(links)].map((id) => ledger.readRequest(referenceOf(id))));
  const ofType = (type: string) => aws.bus.archive().filter((event) => event['detail-type'] === type);
  return {
    links: [...new Set(links)],
    requests: known.map((each) => each?.request.state ?? 'unknown'),
    tokens: known.filter((each) => each?.request.taskToken !== undefined).length,
    closings: ofType('Authorization Closed').map(({ detail }) => String(detail.outcome)),
    executions: aws.stateMachines.list('authorize').map(({ status }) => status),
    completed: sessions.filter((session) => agentCore.service.consents.get(session)?.state === 'completed')
      .length,
  };
}

async function act(ask: Ask): Promise<unknown> {
  switch (ask.do) {
    case 'arm':
      return moments[ask.moment]();
    case 'upload':
      aws.buckets.put(SPEC_BUCKET, 'workspaces/repositories/manifest.yaml', Buffer.from(manifest()));
      return aws.idle();
    case 'settle':
      return aws.idle();
    case 'pass':
      return clock instanceof SimulatedClock ? clock.advance(ask.ms) : undefined;
    case 'page':
      return page(ask.request);
    case 'consent':
      return agentCore.consent(ask.url).href;
    case 'report':
      return report(ask.sessions);
  }
}

process.on('message', ({ id, ask }: { id: number; ask: Ask }) => {
  // Whatever fails here is the test's failure, in its own words.
  act(ask).then(
    (answer) => process.send?.({ id, answer: answer ?? null, now: clock.now() }),
    (error) => process.send?.({ id, error: String(error?.stack ?? error) }),
  );
});
