import { LEGAL_TRANSITIONS } from '../legalTransitions.ts';
import type { RecordedCall } from './recording/recorder.ts';

/** A change of status that a client saw. Polls miss statuses in between. */
export interface ObservedTransition {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  /** Whether the statuses of `LEGAL_TRANSITIONS` lead from the one to the other. */
  readonly isLegal: boolean;
}

/** The members that identify a resource in answers, by the suffix of operations and the kind of `LEGAL_TRANSITIONS`. */
const KINDS: Readonly<Record<string, readonly [kind: string, idMember: string]>> = {
  Gateway: ['gateway', 'gatewayId'],
  GatewayTarget: ['target', 'targetId'],
  AgentRuntime: ['agentRuntime', 'agentRuntimeId'],
  Harness: ['harness', 'harnessId'],
  AgentRuntimeEndpoint: ['agentRuntimeEndpoint', 'agentRuntimeEndpointArn'],
  HarnessEndpoint: ['harnessEndpoint', 'arn'],
  Oauth2CredentialProvider: ['oauth2CredentialProvider', 'name'],
  PolicyEngine: ['policyEngine', 'policyEngineId'],
  Policy: ['policy', 'policyId'],
  GatewayRule: ['gatewayRule', 'ruleId'],
  GatewayRateLimit: ['gatewayRateLimit', 'rateLimitId'],
  ConsentPortal: ['consentPortal', 'consentPortalId'],
  Dataset: ['dataset', 'datasetId'],
  ConfigurationBundle: ['configurationBundle', 'bundleId'],
  CapacityProvider: ['capacityProvider', 'capacityProviderId'],
  Browser: ['browser', 'browserId'],
  BrowserProfile: ['browserProfile', 'profileId'],
  CodeInterpreter: ['codeInterpreter', 'codeInterpreterId'],
  Evaluator: ['evaluator', 'evaluatorId'],
  OnlineEvaluationConfig: ['onlineEvaluationConfig', 'onlineEvaluationConfigId'],
  Memory: ['memory', 'id'],
  Registry: ['registry', 'registryArn'],
  RegistryRecord: ['registryRecord', 'recordArn'],
  'AgentRegistry.Registry': ['agentRegistry', 'registryArn'],
  'AgentRegistry.RegistryRecord': ['agentRegistryRecord', 'recordArn'],
};

/** @returns the changes of status in the order of the calls, each once */
export function observedTransitions(calls: readonly RecordedCall[]): readonly ObservedTransition[] {
  const statuses = new Map<string, string>();
  const found = new Map<string, ObservedTransition>();
  for (const { operation, request, answer } of calls) {
    const [, service = '', verb, noun] =
      /^([A-Za-z]+\.)?(Create|Get|Update|Delete)(.+)$/.exec(operation) ?? [];
    const [kind, idMember] = KINDS[`${service}${noun}`] ?? [];
    // A query names a version, whose status is not that of the resource.
    if (!kind || !idMember || answer.status >= 300 || request.query) continue;
    const body = Object(answer.body);
    const { status, [idMember]: id } = body.harness ?? body.endpoint ?? body.memory ?? body;
    if (typeof status !== 'string' || typeof id !== 'string') continue;
    const key = `${kind} ${id}`;
    const from = verb === 'Create' ? 'none' : statuses.get(key);
    statuses.set(key, status);
    if (from === undefined || from === status) continue;
    found.set(`${kind} ${from} ${status}`, { kind, from, to: status, isLegal: leadsTo(kind, from, status) });
  }
  return [...found.values()];
}

function leadsTo(kind: string, from: string, to: string): boolean {
  const reached = new Set<string>();
  const open = [from];
  for (let status = open.pop(); status !== undefined; status = open.pop())
    for (const next of LEGAL_TRANSITIONS[kind]?.[status] ?? [])
      if (!reached.has(next) && next !== 'none') {
        reached.add(next);
        open.push(next);
      }
  return reached.has(to);
}
