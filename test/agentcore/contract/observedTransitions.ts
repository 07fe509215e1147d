import type { ResourceKind } from '../../../core/resources/resourceKind.ts';
import { resourceKinds } from '../../../core/resources/resourceKinds.ts';
import { LEGAL_TRANSITIONS } from '../legalTransitions.ts';
import { AGENT_REGISTRY } from './operations.ts';
import type { RecordedCall } from './recording/recorder.ts';

/** A change of status that a client saw. Polls miss statuses in between. */
export interface ObservedTransition {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  /** Whether the statuses of `LEGAL_TRANSITIONS` lead from the one to the other. */
  readonly isLegal: boolean;
}

/** How answers show a resource. */
interface Shown {
  /** The kind of `LEGAL_TRANSITIONS`. */
  readonly kind: string;
  /** The members that identify it, of which the first that an answer has counts: names are not unique. */
  readonly idMembers: readonly string[];
  readonly responseMember?: string | undefined;
}

/** By the noun of the operations. */
const SHOWN: ReadonlyMap<string, Shown> = new Map([
  ...Object.values(resourceKinds).map(shownOf),
  ['Registry', { kind: 'registry', idMembers: ['registryArn'] }],
  ['RegistryRecord', { kind: 'registryRecord', idMembers: ['recordArn'] }],
]);

function shownOf({
  kind,
  service,
  operations,
  arnMember,
  idMember,
  responseMember,
}: ResourceKind): [string, Shown] {
  const noun = operations.create.replace(/^(Create|Put)/, '');
  // The closed registries have the plain name; a target's parent alone has an ARN in its answers.
  if (service)
    return [`${AGENT_REGISTRY}${noun}`, { kind: `agent${noun}`, idMembers: [arnMember], responseMember }];
  if (kind === 'gatewayTarget') return [noun, { kind: 'target', idMembers: [idMember] }];
  return [noun, { kind, idMembers: [arnMember, idMember], responseMember }];
}

/** @returns the changes of status in the order of the calls, each once */
export function observedTransitions(calls: readonly RecordedCall[]): readonly ObservedTransition[] {
  const statuses = new Map<string, string>();
  const found = new Map<string, ObservedTransition>();
  for (const { operation, request, answer } of calls) {
    const [, service = '', verb, noun] =
      /^([A-Za-z]+\.)?(Create|Get|Update|Delete)(.+)$/.exec(operation) ?? [];
    const shown = SHOWN.get(`${service}${noun}`);
    // A query names a version, whose status is not that of the resource.
    if (!shown || answer.status >= 300 || request.query) continue;
    const { kind, idMembers, responseMember = '' } = shown;
    const body = Object(answer.body);
    const { status, ...members } = body[responseMember] ?? body;
    const id = idMembers.map((member) => members[member]).find((value) => value !== undefined);
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
