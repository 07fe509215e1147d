import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import { openGuardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import type { JsonObject } from '../../core/json.ts';
import { answerPage } from '../../local/aws/httpApi/httpApi.ts';
import { LEDGER_TABLE, SPEC_BUCKET, startGateloop } from '../../local/gateloop.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';
import { emulatorSettings, PAGES_URL } from '../system/system.ts';
import { CLIENT_SECRET, manifest } from './consentManifest.ts';
import type { Command, CrashPoint, SentRequest, SentResponse } from './crashableSystem.ts';

/**
 * The process that the crash tests kill: the whole system on a data directory. It carries out its parent's commands, and
 * kills itself at the crash point that the parent names.
 */
const [, , dataDirectory = '', now = ''] = process.argv;

const gateloop = await startGateloop({
  guardrails: openGuardrailsFile,
  // The parent knows the exact time; the saved checkpoint may be an hour ahead.
  clock: () => new SimulatedClock(Number(now)),
  dataDirectory,
  authorizationUrl: PAGES_URL,
  agentCore: { behaviors: { unreachable: 'accepted', expiredLink: 'fails' } },
  secrets: { 'shared/github': CLIENT_SECRET },
  schedules: false,
});
const { aws, agentCore, clock } = gateloop;

function crash(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Kills the process as soon as a fault is injected, which is during the call and before its response. */
function crashDuringCalls(operations: readonly string[], when: 'before' | 'after'): void {
  agentCore.setFaults(operations.map((operation) => ({ fault: 'timeout' as const, operation, when })));
  const faultsBefore = agentCore.injectedFaults().length;
  setInterval(() => {
    if (agentCore.injectedFaults().length > faultsBefore) crash();
  }, 1);
}

const crashPoints: Readonly<Record<CrashPoint, () => void>> = {
  messageSent: () => void aws.onActivity(({ kind }) => kind === 'message' && crash()),
  operationStarted: () => crashDuringCalls(['CreateGatewayTarget', 'UpdateGatewayTarget'], 'after'),
  beforeCompletion: () => crashDuringCalls(['CompleteResourceTokenAuth'], 'before'),
  afterCompletion: () => crashDuringCalls(['CompleteResourceTokenAuth'], 'after'),
  outcomeStored: () => {
    const publish = aws.bus.publish.bind(aws.bus);
    aws.bus.publish = (event) => {
      if (event.detailType === 'Authorization Closed') crash();
      return publish(event);
    };
  },
};

async function handlePageRequest({ method, url, headers, body }: SentRequest): Promise<SentResponse> {
  const request = new Request(url, { method, headers, ...(body !== undefined && { body }) });
  const response = await answerPage(gateloop, request);
  return { status: response.status, headers: [...response.headers], body: await response.text() };
}

async function report(sessions: readonly string[]): Promise<JsonObject> {
  const client = new DynamoDBClient(emulatorSettings(aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? ''));
  const ledger = new DynamoLedger(LEDGER_TABLE, client);
  const links = aws.outbox
    .list()
    .flatMap(({ message }) => /\/authorizations\/([0-9a-f]{32})/.exec(message)?.[1] ?? []);
  const known = await Promise.all([...new Set(links)].map((id) => ledger.readRequest(hashId(id))));
  const ofType = (type: string) => aws.bus.archive().filter((event) => event['detail-type'] === type);
  return {
    links: [...new Set(links)],
    requests: known.map((each) => each?.request.state ?? 'unknown'),
    tokens: known.filter((each) => each?.request.taskToken !== undefined).length,
    closedOutcomes: ofType('Authorization Closed').map(({ detail }) => String(detail.outcome)),
    executions: aws.stateMachines.list('authorize').map(({ status }) => status),
    completed: sessions.filter((session) => agentCore.service.consents.get(session)?.state === 'completed')
      .length,
  };
}

async function execute(command: Command): Promise<unknown> {
  switch (command.do) {
    case 'arm':
      return crashPoints[command.moment]();
    case 'upload':
      aws.buckets.put(SPEC_BUCKET, 'workspaces/repositories/manifest.yaml', Buffer.from(manifest()));
      return aws.idle();
    case 'settle':
      return aws.idle();
    case 'pass':
      return clock instanceof SimulatedClock ? clock.advance(command.ms) : undefined;
    case 'page':
      return handlePageRequest(command.request);
    case 'consent':
      return agentCore.consent(command.url).href;
    case 'report':
      return report(command.sessions);
  }
}

process.on('message', ({ id, ask }: { id: number; ask: Command }) => {
  // The parent's test fails with the error of this process.
  execute(ask).then(
    (answer) => process.send?.({ id, answer: answer ?? null, now: clock.now() }),
    (error) => process.send?.({ id, error: String(error?.stack ?? error) }),
  );
});
