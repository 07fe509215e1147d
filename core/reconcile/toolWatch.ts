import { defined, omit } from '../objects.ts';
import { phases } from '../status.ts';
import {
  type ComparedToolReading,
  type PlannedToolRead,
  type ToolReadResult,
  type ToolSources,
  toolSources,
  type WatchObstacle,
  type WatchRule,
} from '../toolContracts/toolWatch.ts';
import { type Operation, type ResourceRecord, type ToolWatch, withoutRequest } from './ledgerRecord.ts';
import { refusedListDelay, upcomingListLifetime } from './limits.ts';
import { type ResolvedResource, type ResourceContext, type ResourcePlan, resourcePlan } from './plan.ts';
import { requestStatusOf, withoutSupersededRequest } from './requestStatus.ts';
import { resyncDueAt } from './resync.ts';

/** Operations after which the gateway reads the tools of the server anew; a deletion here precedes a creation. */
const rereading: ReadonlySet<Operation | undefined> = new Set([
  'create',
  'update',
  'rollback',
  'sync',
  'delete',
]);

const nothingKnown: ToolWatch = { synchronizedAt: 0, lists: {}, readFrom: [], obstacles: {} };

/** Records what a read has brought, and a person's approval of a list. */
export function recordToolReading(context: ResourceContext, { watch }: ResolvedResource): ResourceRecord {
  const { record, now } = context;
  if (!watch) return omit(record, 'toolWatch');
  const { reading } = watch;
  const { toolWatch = nothingKnown } = record;
  const read = reading
    ? {
        ...record,
        toolWatch:
          reading.moment === 'before'
            ? withUpcomingList(toolWatch, reading, now)
            : withCurrentLists(toolWatch, reading, watch.sources, now),
      }
    : record;
  return withListApproval(read);
}

function withUpcomingList(
  toolWatch: ToolWatch,
  { configuration, server, needsApproval }: ComparedToolReading,
  now: number,
): ToolWatch {
  const digest = digestOf(server);
  return { ...toolWatch, upcoming: { configuration, readAt: now, needsApproval, ...defined({ digest }) } };
}

type CurrentReading = Omit<ComparedToolReading, 'address' | 'moment'>;

function withCurrentLists(
  toolWatch: ToolWatch,
  { synchronizedAt, configuration, gateway, server, needsApproval }: CurrentReading,
  sources: ToolSources,
  now: number,
): ToolWatch {
  const { lists, upcoming, untold } = toolWatch;
  // What the server listed just before the synchronization is what the synchronization has read.
  const upcomingDigest = upcoming?.configuration === configuration ? upcoming.digest : undefined;
  const read = defined({ gateway: digestOf(gateway), server: digestOf(server) ?? upcomingDigest });
  const digest = read.gateway ?? read.server;
  const news = needsApproval && digest !== undefined ? { digest, since: now } : untold;
  return {
    synchronizedAt,
    lists: { ...lists, ...read },
    readFrom: toolSources.filter((source) => read[source] !== undefined),
    obstacles: {
      ...sources.obstacles,
      ...defined({ gateway: failureOf(gateway), server: failureOf(server) }),
    },
    ...defined({ partial: sources.partial, untold: news }),
  };
}

function digestOf(result: ToolReadResult | undefined): string | undefined {
  return result && 'digest' in result ? result.digest : undefined;
}

function failureOf(result: ToolReadResult | undefined): WatchObstacle | undefined {
  return result && 'failure' in result ? result.failure : undefined;
}

function withListApproval(record: ResourceRecord): ResourceRecord {
  const { request, toolWatch } = record;
  if (!request?.aboutList || request.answeredAt === undefined || !toolWatch) return record;
  return {
    ...withoutRequest(record),
    toolWatch: { ...toolWatch, ...defined({ approved: request.fingerprint }) },
  };
}

/**
 * Holds an operation after which agents would see other tools until the list was read and a person has approved it, where
 * the server can be read first. Plans the read of the list that came out, where an operation has ended.
 *
 * @param plan without regard to the lists of tools
 */
export function watchTools(
  plan: ResourcePlan,
  context: ResourceContext,
  desired: ResolvedResource,
): ResourcePlan {
  if (!desired.watch) return plan;
  if (rereading.has(plan.operation) && plan.notBefore <= context.now)
    return holdForApproval(plan, context, desired, desired.watch);
  const { request } = plan.record;
  // A refusal is remembered; an open request about a synchronization that is not due any more is withdrawn.
  const isObsolete = request?.aboutList && !request.closed && plan.operation === undefined;
  const current = isObsolete ? { ...plan, record: withoutRequest(plan.record) } : plan;
  return planCurrentRead(current, context, desired, desired.watch);
}

function holdForApproval(
  plan: ResourcePlan,
  context: ResourceContext,
  desired: ResolvedResource,
  { approve, sources }: WatchRule,
): ResourcePlan {
  const { observed, now } = context;
  const { lists, upcoming, approved } = context.record.toolWatch ?? nothingKnown;
  // Without an earlier list there is nothing that agents rely on.
  if (approve === 'never' || !sources.server || lists.server === undefined) return plan;
  const isReady = observed !== undefined && phases[observed.status] === 'ready';
  const state = isReady && plan.operation === 'sync' ? plan.state : 'in-progress';
  const readFirst = {
    ...resourcePlan(context, state, plan.reasons),
    toolRead: plannedRead(context, desired, 'before', { server: sources.server }),
    ...defined({ heldOperation: plan.operation }),
  };
  if (upcoming?.configuration !== desired.fingerprint) return readFirst;
  const isFresh = now - upcoming.readAt < upcomingListLifetime;
  const { digest, needsApproval } = upcoming;
  if (digest === undefined || !needsApproval || digest === approved) return isFresh ? plan : readFirst;
  const record = withoutSupersededRequest(context.record, digest, 'approval');
  const held = { ...context, record };
  const status = requestStatusOf(record, observed, now);
  if (status === 'ask' && !record.request && !isFresh) return readFirst;
  if (status !== 'closed')
    return {
      ...resourcePlan(held, 'awaiting-approval', [...plan.reasons, listReasons.asked], {
        askPerson: status === 'ask',
      }),
      aboutList: digest,
      ...defined({ heldOperation: plan.operation }),
    };
  if (isListToBeReadAgain(held, desired, upcoming.readAt)) return readFirst;
  return resourcePlan(held, state === 'in-progress' ? 'refused' : state, [
    ...plan.reasons,
    listReasons[record.request?.closed ?? 'expired'],
  ]);
}

/** After a refusal, the server may list other tools at the next time of the schedule. */
function isListToBeReadAgain(
  { observed, record, now }: ResourceContext,
  desired: ResolvedResource,
  readAt: number,
): boolean {
  const isReady = observed !== undefined && phases[observed.status] === 'ready';
  if (!isReady) return now - readAt >= refusedListDelay;
  return now >= Math.min(resyncDueAt(desired, observed, record) ?? Infinity, readAt + refusedListDelay);
}

/** Plans the read of the lists that a synchronization has left, once for each synchronization. */
function planCurrentRead(
  plan: ResourcePlan,
  context: ResourceContext,
  desired: ResolvedResource,
  rule: WatchRule,
): ResourcePlan {
  const { observed, now } = context;
  const { toolWatch = nothingKnown } = plan.record;
  const { lastSynchronizedAt: synchronizedAt, status } = observed ?? {};
  const isSettled = status !== undefined && phases[status] === 'ready' && plan.operation === undefined;
  if (!isSettled || synchronizedAt === undefined || toolWatch.synchronizedAt === synchronizedAt) return plan;
  const { gateway } = rule.sources;
  const isKnown =
    toolWatch.upcoming?.configuration === desired.fingerprint && toolWatch.upcoming.digest !== undefined;
  const mayFail = gateway?.credentials === 'token';
  const wantsServer = !gateway || ((mayFail || rule.approve !== 'never') && !isKnown);
  const server = wantsServer ? rule.sources.server : undefined;
  if (gateway || server)
    return { ...plan, toolRead: plannedRead(context, desired, 'after', defined({ gateway, server })) };
  const nothing = { synchronizedAt, configuration: desired.fingerprint, needsApproval: false };
  const unread = withCurrentLists(toolWatch, nothing, rule.sources, now);
  return { ...plan, record: { ...plan.record, toolWatch: unread } };
}

function plannedRead(
  { address, observed }: ResourceContext,
  { fingerprint: configuration }: ResolvedResource,
  moment: PlannedToolRead['moment'],
  sources: Pick<ToolSources, 'gateway' | 'server'>,
): PlannedToolRead {
  return { address, moment, synchronizedAt: observed?.lastSynchronizedAt ?? 0, configuration, ...sources };
}

const listReasons: Readonly<Record<'asked' | 'refused' | 'expired', string>> = {
  asked:
    'Its MCP server lists other tools than agents have. Nothing is synchronized until a person approves the change; agents keep the tools that they have.',
  refused:
    'A person refused the tools that its MCP server lists now; agents keep the tools that they have. Gateloop asks again when the server lists others, or by a new request from the page behind the link.',
  expired:
    'Nobody approved the tools that its MCP server lists now in time; agents keep the tools that they have. Gateloop asks again when the server lists others, or by a new request from the page behind the link.',
};
