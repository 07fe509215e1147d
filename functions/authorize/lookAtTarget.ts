import { type AuthorizationLink, readAuthorizationLink } from '../../core/authorization/authorizationLink.ts';
import { issueOf } from '../../core/authorization/freshness.ts';
import type { AuthorizationRequest, SeenLink } from '../../core/authorization/request.ts';
import type { Memory } from '../../core/decide/memory.ts';
import { observe } from '../../core/resources/observe.ts';
import { parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import { type Phase, phases } from '../../core/status.ts';
import type { AuthorizePorts } from './authorizePorts.ts';

/** What a request's target is in just now. */
export interface TargetSight {
  /** What the ledger holds of it; undefined where it left the workspace. */
  readonly memory: Memory | undefined;
  /** `gone` where the service knows no such target. */
  readonly phase: Phase | 'gone';
  readonly reasons: readonly string[];
  /** Of the service, for the browser alone. */
  readonly link?: AuthorizationLink;
  readonly seen?: SeenLink;
}

/** Asks the service how the target stands, and for its present link. */
export async function lookAtTarget(
  { workspace, address, link: seenBefore }: AuthorizationRequest,
  now: number,
  { ledger, controlPlane }: AuthorizePorts,
): Promise<TargetSight> {
  const resources = await ledger.readResources(workspace);
  const memory = resources.get(address)?.memory;
  const parent = parentOf(address);
  const parentId = parent && resources.get(parent)?.memory.id;
  const row = resourceKinds.gatewayTarget;
  const answer =
    memory?.id !== undefined && parentId !== undefined
      ? await controlPlane.get('gatewayTarget', { id: memory.id, parentId })
      : undefined;
  if (!answer) return { memory, phase: 'gone', reasons: [] };
  const { status, reasons, updatedAt } = observe(row, address, answer, false);
  const link = readAuthorizationLink(answer);
  const history = {
    seen: [memory?.link, seenBefore].filter((each) => each !== undefined),
    beganAt: memory?.operation?.startedAt ?? updatedAt,
  };
  return {
    memory,
    phase: phases[status],
    reasons,
    ...(link && { link, seen: issueOf(link, history, now) }),
  };
}
