import { randomBytes } from 'node:crypto';
import { AgentCoreAuthorizationSessions } from '../../adapters/agentCoreAuthorizationSessions.ts';
import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import { AgentRegistryRecords } from '../../adapters/agentRegistryRecords.ts';
import * as commands from '../../adapters/controlPlaneCommands.ts';
import { EventBridgeEvents } from '../../adapters/eventBridgeEvents.ts';
import { McpToolLists } from '../../adapters/mcpToolLists.ts';
import { NotificationRouter } from '../../adapters/notificationRouter.ts';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { S3ObjectVersions } from '../../adapters/s3ObjectVersions.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { S3UploadHistory } from '../../adapters/s3UploadHistory.ts';
import { SecretsManagerSecrets, SecretsManagerVersions } from '../../adapters/secretsManagerSecrets.ts';
import { SlackChannel } from '../../adapters/slackChannel.ts';
import { SnsChannel } from '../../adapters/snsChannel.ts';
import { StepFunctionsExecutions } from '../../adapters/stepFunctionsExecutions.ts';
import { StepFunctionsStarter } from '../../adapters/stepFunctionsStarter.ts';
import { StepFunctionsTaskCallbacks } from '../../adapters/stepFunctionsTaskCallbacks.ts';
import { WebhookChannel } from '../../adapters/webhookChannel.ts';
import type { LedgerRows } from '../../core/ports/collectedStorage.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { defaultHealLimits } from '../../core/reconcile/breaker.ts';
import { parseConsoleSettings } from '../../functions/console/consolePorts.ts';
import type { Setting } from '../../functions/runtime/environment.ts';
import type { AgentCore } from '../agentcore/server.ts';
import { type Dispatch, directAgentCoreClients } from '../agentcore/testing/directClients.ts';
import { sleepInHandler } from '../aws/lambda/inProcessSandbox.ts';
import type { EmbeddedAws } from '../embeddedAws.ts';
import type { Clock } from '../simulation/clock.ts';
import type { Ports } from './createHandlers.ts';
import { directClients } from './directClients.ts';

/** What of the emulator the clients of a function use. */
interface CalledAgentCore extends Pick<AgentCore, 'url'> {
  readonly handle: Dispatch;
}

type Environment = Readonly<Record<string, string>>;

/**
 * The ports of a function, as its `handler.ts` makes them, with clients that call the embedded AWS and the emulator in this
 * process. The ledger is given: DynamoDB takes the largest part of a run's time.
 */
export function directPorts(
  environment: Environment,
  {
    aws,
    agentCore,
    clock,
    ledger,
  }: { aws: EmbeddedAws; agentCore: CalledAgentCore; clock: Clock; ledger: Ledger & LedgerRows },
): Ports {
  const setting = (name: Setting) => environment[name] ?? '';
  const { s3, eventBridge, secretsManager, sfn, sns } = directClients(aws);
  const { control, data, registry } = directAgentCoreClients(
    agentCore.handle,
    agentCore.url,
    environment.AWS_ACCESS_KEY_ID ?? '',
  );
  const secrets = new SecretsManagerSecrets(secretsManager);
  const versions = new SecretsManagerVersions(secretsManager);
  const newId = () => randomBytes(16).toString('hex');
  const specBucket = new S3SpecBucket(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER'), s3, () =>
    clock.now(),
  );
  return {
    clock: () => clock.now(),
    sleep: sleepInHandler,
    random: Math.random,
    deploymentId: setting('DEPLOYMENT_ID'),
    ledger,
    specBucket,
    documents: specBucket,
    objects: new S3ObjectVersions(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER'), s3),
    ledgerRows: ledger,
    toolLists: new McpToolLists({
      client: data,
      gatewayEndpoint: agentCore.url,
      servers: JSON.parse(environment.MCP_SERVERS ?? '{}'),
    }),
    tokenPrefix: setting('WATCH_TOKENS'),
    controlPlane: new AgentCoreControlPlane(
      {
        ...commands.getCommands,
        ...commands.listCommands,
        ...commands.tagCommand,
        ...commands.changeCommands,
        ...commands.changeTagsCommands,
        ...commands.synchronizeCommand,
      },
      { agentCore: control, agentRegistry: registry },
    ),
    secrets: {
      read: (name) => secrets.read(name),
      currentVersion: (name) => versions.currentVersion(name),
    },
    records: new AgentRegistryRecords(registry),
    events: new EventBridgeEvents(setting('EVENT_BUS'), eventBridge),
    starter: new StepFunctionsStarter(setting('RECONCILE_STATE_MACHINE'), sfn),
    taskCallbacks: new StepFunctionsTaskCallbacks(sfn),
    authorizationSessions: new AgentCoreAuthorizationSessions(data),
    notifier: new NotificationRouter(
      {
        topic: new SnsChannel(setting('PEOPLE_TOPIC'), sns),
        slack: new SlackChannel(secrets),
        webhook: new WebhookChannel(secrets, setting('SIGNING_KEY_SECRET'), { newId, now: Date.now }),
      },
      setting('AUTHORIZATION_URL'),
    ),
    catalog: resourceShapes,
    healLimits: JSON.parse(environment.HEAL_LIMITS ?? 'null') ?? defaultHealLimits,
    callerGrants: JSON.parse(environment.CALLER_GRANTS ?? '"any"'),
    authorizationUrl: setting('AUTHORIZATION_URL'),
    answersFrom: environment.ANSWERS_FROM === 'owners' ? 'owners' : 'anybody',
    reads: {
      ledger,
      bucket: specBucket,
      uploads: new S3UploadHistory(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER'), s3),
      executions: new StepFunctionsExecutions(setting('STATE_MACHINES'), sfn),
    },
    settings: parseConsoleSettings(environment.CONSOLE ?? '{"readers":"everybody","links":[]}'),
    newId,
    newSecret: () => randomBytes(32).toString('hex'),
  };
}
