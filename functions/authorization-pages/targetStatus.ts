import {
  type AuthorizationLink,
  observeLink,
  readAuthorizationLink,
} from '../../core/authorization/linkExpiry.ts';
import type { AuthorizationRequest, ObservedLink } from '../../core/authorization/request.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { observe } from '../../core/resources/observe.ts';
import { parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import { type Phase, phases } from '../../core/status.ts';
import type { AuthorizationPorts } from './authorizationPorts.ts';

/** What a request's target is in just now. */
export interface TargetStatus {
  /** What the ledger holds of it; undefined where it left the workspace. */
  readonly record: ResourceRecord | undefined;
  /** `gone` where the service knows no such target. */
  readonly phase: Phase | 'gone';
  readonly reasons: readonly string[];
  /** Of the service, for the browser alone. */
  readonly link?: AuthorizationLink;
  readonly observedLink?: ObservedLink;
}

/** Asks the service how the target stands, and for its present link. */
export async function getTargetStatus(
  { workspace, address, link: earlierLink }: AuthorizationRequest,
  now: number,
  { ledger, controlPlane }: AuthorizationPorts,
): Promise<TargetStatus> {
  const resources = await ledger.readResources(workspace);
  const record = resources.get(address)?.record;
  const parent = parentOf(address);
  const parentId = parent && resources.get(parent)?.record.id;
  const row = resourceKinds.gatewayTarget;
  const answer =
    record?.id !== undefined && parentId !== undefined
      ? await controlPlane.get('gatewayTarget', { id: record.id, parentId })
      : undefined;
  if (!answer) return { record, phase: 'gone', reasons: [] };
  const { status, reasons, updatedAt } = observe(row, address, answer, false);
  const link = readAuthorizationLink(answer);
  const history = {
    observedLinks: [record?.link, earlierLink].filter((each) => each !== undefined),
    operationStartedAt: record?.operation?.startedAt ?? updatedAt,
  };
  return {
    record,
    phase: phases[status],
    reasons,
    ...(link && { link, observedLink: observeLink(link, history, now) }),
  };
}
