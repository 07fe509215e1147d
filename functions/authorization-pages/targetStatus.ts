import { parseAddress } from '../../core/address.ts';
import type { AuthorizationLink } from '../../core/authorization/authorizationLink.ts';
import { isLinkUsable, observeLink, readAuthorizationLink } from '../../core/authorization/linkExpiry.ts';
import type { AuthorizationRequest, ObservedLink } from '../../core/authorization/request.ts';
import { defined } from '../../core/objects.ts';
import type { BoundSession } from '../../core/ports/ledger.ts';
import { isRatedRead } from '../../core/reconcile/callRate.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { observe } from '../../core/resources/observe.ts';
import { parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import { type Phase, phases } from '../../core/status.ts';
import type { AuthorizationPorts } from './authorizationPorts.ts';

/** The present status of a request's target, or of its registry record. */
export interface TargetStatus {
  /** The target in the ledger; undefined when it left the workspace. */
  readonly record: ResourceRecord | undefined;
  /** `gone` when the service has no such target. */
  readonly phase: Phase | 'gone';
  /** The service's link, for the browser only. */
  readonly link?: AuthorizationLink;
  readonly observedLink?: ObservedLink;
  /** The browser that took the session of the link to the provider. */
  readonly boundSession?: BoundSession;
}

/** Gets the status of what a request is about, with its present link: of a record, the service does not show it. */
export async function getTargetStatus(
  { workspace, address, link: earlierLink }: AuthorizationRequest,
  now: number,
  { ledger, controlPlane }: AuthorizationPorts,
): Promise<TargetStatus> {
  const resources = await ledger.readResources(workspace);
  const record = resources.get(address)?.record;
  const parent = parentOf(address);
  const parentId = parent && resources.get(parent)?.record.id;
  const { kind } = parseAddress(address);
  const isKnown = record?.id !== undefined && (parent === undefined || parentId !== undefined);
  const read = `get ${kind}`;
  // A person waits for the page: the read is counted, and waits for no other.
  if (isKnown && isRatedRead(read)) await ledger.countRead(read, now);
  const response = isKnown
    ? await controlPlane.get(kind, { id: record.id, ...defined({ parentId }) })
    : undefined;
  if (!response) return { record, phase: 'gone' };
  const { status, updatedAt } = observe(resourceKinds[kind], address, response, false);
  const phase = phases[status];
  const kept =
    resourceKinds[kind].container && phase === 'awaiting-authorization'
      ? await ledger.findLink(workspace, address)
      : undefined;
  const link = readAuthorizationLink(response) ?? kept;
  const boundSession = link && (await ledger.findSession(link.session));
  const history = {
    observedLinks: [record?.link, earlierLink, kept].filter((each) => each !== undefined),
    operationStartedAt: record?.operation?.startedAt ?? updatedAt,
  };
  return {
    record,
    phase,
    ...(link && { link, observedLink: observeLink(link, history, now) }),
    ...defined({ boundSession }),
  };
}

/** @returns the link, while a page may redirect this browser to it: it is young enough, and no other browser has it */
export function usableLink(
  { link, observedLink, boundSession }: TargetStatus,
  browser: string,
  now: number,
): Required<Pick<TargetStatus, 'link' | 'observedLink'>> | undefined {
  if (!link || !observedLink || !isLinkUsable(observedLink, now)) return undefined;
  const isFree = !boundSession || (boundSession.browser === browser && !boundSession.voided);
  return isFree ? { link, observedLink } : undefined;
}
