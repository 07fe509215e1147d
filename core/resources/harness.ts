import { WITHOUT_HARNESS_AND_MEMORY } from './regions.ts';
import type { ResourceKind } from './resourceKind.ts';

const LIFETIMES = 'environment.agentCoreRuntimeEnvironment.lifecycleConfiguration';

export const harness: ResourceKind = {
  kind: 'harness',
  section: 'harnesses',
  operations: {
    create: 'CreateHarness',
    get: 'GetHarness',
    list: 'ListHarnesses',
    update: 'UpdateHarness',
    delete: 'DeleteHarness',
  },
  arn: { resource: 'harness/*' },
  // "Each harness you create is backed by a managed AgentCore Runtime": the quotas of runtimes hold for harnesses, too.
  quota: 1000,
  roleMember: 'executionRoleArn',
  regionsWithout: WITHOUT_HARNESS_AND_MEMORY,
  servesAgents: true,
  nameMember: 'harnessName',
  deletedBefore: ['browser', 'codeInterpreter', 'memory'],
  idMember: 'harnessId',
  idRequestMember: 'harnessId',
  arnMember: 'arn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'failureReason',
  responseMember: 'harness',
  listMember: 'harnesses',
  listShowsChanges: true,
  update: 'patch',
  tags: 'changeable',
  createOnlyMembers: [],
  // Seen on AWS by Terraform's acceptance tests, apart from the empty lists and the strategy, which the API demands.
  serviceDefaults: {
    allowedTools: ['*'],
    maxIterations: 75,
    timeoutSeconds: 3600,
    // A harness without a memory of its own choice gets one that the service manages.
    memory: { managedMemoryConfiguration: {} },
    truncation: { strategy: 'sliding_window' },
    environment: {
      agentCoreRuntimeEnvironment: {
        lifecycleConfiguration: { idleRuntimeSessionTimeout: 900, maxLifetime: 28_800 },
        networkConfiguration: { networkMode: 'PUBLIC' },
      },
    },
  },
  // The API demands a model in responses, and not in requests. Which one the service chooses changes with its releases.
  unknownDefaults: ['model'],
  cappedDefaults: [[`${LIFETIMES}.idleRuntimeSessionTimeout`, `${LIFETIMES}.maxLifetime`]],
  // The service makes this memory. The API model: "Read-only on Get, ignored on Create/Update input."
  readOnlyMembers: ['memory.managedMemoryConfiguration.arn'],
  clientToken: ['create', 'update'],
  outputs: ['harnessId', 'arn', 'harnessVersion'],
};
