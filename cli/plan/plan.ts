import { isFailedRequest, rejection } from '../../adapters/awsError.ts';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { type Address, parseAddress } from '../../core/address.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import { GateloopError } from '../../core/errors.ts';
import { defaultLimits } from '../../core/manifest/limits.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Suspension } from '../../core/ports/ledger.ts';
import { formatProblem, hasErrors, type Problem, problemMessage } from '../../core/problem.ts';
import { defaultHealLimits } from '../../core/reconcile/breaker.ts';
import { missingKinds } from '../../core/resources/regionSupport.ts';
import type { KindName } from '../../core/resources/resourceKind.ts';
import { parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import { readGrants } from '../../core/storage/deploymentDocument.ts';
import { outcomeKey } from '../../core/storage/keys.ts';
import { type OutcomeDocument, outcomeDocument } from '../../core/storage/outcomeDocument.ts';
import { readContract, type SavedContract } from '../../core/storage/toolContractDocuments.ts';
import { counted } from '../../core/text/counted.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { EarlyEnd } from '../../functions/poll/pollState.ts';
import { type DecisionPreview, previewDecision } from '../../functions/poll/previewDecision.ts';
import { readDesired } from '../../functions/poll/readDesired.ts';
import { logger } from '../../functions/runtime/observability.ts';
import type { Screen } from '../display/screen.ts';
import { problemText } from '../push/outcomeText.ts';
import { describePlan } from './describePlan.ts';
import type { FolderSpecBucket } from './folderSpecBucket.ts';
import { LedgerView, outcomeReads } from './ledgerView.ts';
import { LiveControlPlane } from './liveControlPlane.ts';
import type { LivePorts } from './livePorts.ts';
import type { ExceededQuota, Plan, PlannedResource } from './planDocument.ts';
import { roleNotes } from './roleRights.ts';

/** A validated workspace. It may have warnings; without `desired` it has errors. */
export interface Validated {
  readonly desired?: DesiredState;
  readonly problems: readonly Problem[];
}

/**
 * Validates a workspace with the code of the poll step, and shows its problems: before the first request to AWS, and then
 * against the guardrails of the bucket.
 *
 * @param shown the problems that were shown before
 */
export async function validate(
  workspace: string,
  bucket: FolderSpecBucket,
  screen: Screen,
  shown: readonly Problem[] = [],
): Promise<Validated> {
  const { desired, problems } = await readDesired(workspace, bucket, resourceShapes);
  const known = new Set(shown.map(formatProblem));
  for (const problem of problems) {
    if (known.has(formatProblem(problem))) continue;
    screen.say(problemText(problem, screen));
    screen.annotate({ ...problem, file: bucket.pathOf(problem.file), message: problemMessage(problem) });
  }
  if (desired && !hasErrors(problems)) return { desired, problems };
  const count = problems.filter(({ severity }) => severity === 'error').length;
  screen.say(`${terminalText(workspace)} is refused: ${counted(count, 'error')}. Nothing was changed.`);
  return { problems };
}

/**
 * Plans a workspace: what Gateloop would do if the folder were uploaded now. The stages of the poll step decide; the ports
 * write nothing. What the user may not read is taken as Gateloop recorded it last, and the plan says so.
 */
export async function planWorkspace(
  workspace: string,
  bucket: FolderSpecBucket,
  live: LivePorts,
): Promise<Plan> {
  const ledger = await readableLedger(workspace, bucket, live);
  const entries = await ledger.reads.readResources(workspace);
  const records = new Map([...entries].map(([address, { record }]) => [address, record] as const));
  const { agentCore, agentRegistry } = live;
  const controlPlane = new LiveControlPlane({ agentCore, agentRegistry }, workspace, records);
  const now = live.now();
  const grants = await readGrants(bucket);
  const preview = await withoutLogs(() =>
    previewDecision(workspace, now, {
      ledger: new LedgerView(ledger.reads),
      specBucket: bucket,
      controlPlane,
      secrets: live.secrets,
      records: live.records,
      catalog: resourceShapes,
      healLimits: defaultHealLimits,
      callerGrants: grants ?? 'any',
      ...(ledger.code !== undefined && { assumesSharing: true }),
    }),
  );
  // The caller has validated the folder, which has a manifest.
  if (preview instanceof EarlyEnd)
    throw new GateloopError('WorkspaceChanged', `The folder of ${workspace} changed meanwhile. Plan again.`);
  const saved = await savedContracts(preview, bucket);
  const { unread } = controlPlane;
  const resources = describePlan({ ...preview, saved, unread, catalog: resourceShapes });
  const suspension = await ledger.readSuspension();
  return {
    workspace,
    time: new Date(now).toISOString(),
    basedOn: ledger.code === undefined ? 'ledger' : 'outcome',
    ...(suspension && { suspension }),
    resources,
    quotas: await exceededQuotas(resources, preview, controlPlane),
    notes: [
      ...notesOf(preview, ledger, unread, live.hasTrail),
      ...(live.roles ? await roleNotes(preview.desired.resources, live.roles) : []),
      ...regionNotes(resources, await live.agentCore.config.region()),
      ...(grants === undefined
        ? [
            'The settings of the deployment cannot be read: the next poll checks whether AgentCore may use the roles, keys, APIs, buckets and networks that the manifest names.',
          ]
        : []),
      ...(bucket.knowsGuardrails
        ? []
        : [
            'The guardrails of this workspace cannot be read: the upload is checked against them once it is in the bucket.',
          ]),
    ],
  };
}

/** The stages log for operators; a plan itself says what could not be read. What else runs in the process logs on. */
async function withoutLogs<T>(work: () => Promise<T>): Promise<T> {
  const level = logger.getLevelName();
  logger.setLogLevel('SILENT');
  try {
    return await work();
  } finally {
    logger.setLogLevel(level);
  }
}

interface ReadableLedger {
  readonly reads: LivePorts['ledger'];
  readonly readSuspension: () => Promise<Suspension | undefined>;
  /** Why the last outcome stands for the ledger. */
  readonly code?: string;
  readonly outcome?: OutcomeDocument;
}

/** A team that uploads may not read the ledger, which holds the requests to people. */
async function readableLedger(
  workspace: string,
  bucket: FolderSpecBucket,
  { ledger }: LivePorts,
): Promise<ReadableLedger> {
  try {
    const suspension = await ledger.readSuspension(workspace);
    return { reads: ledger, readSuspension: async () => suspension };
  } catch (error) {
    if (!isFailedRequest(error)) throw error;
    const outcome = await outcomeDocument.read(outcomeKey(workspace), bucket);
    return {
      reads: outcomeReads(outcome),
      readSuspension: async () => undefined,
      code: rejection(error).code,
      ...(outcome && { outcome }),
    };
  }
}

async function savedContracts(
  { desired, decision }: DecisionPreview,
  bucket: FolderSpecBucket,
): Promise<ReadonlyMap<Address, SavedContract>> {
  const applied = decision.plans.flatMap(({ address, record, fingerprint }): [Address, string][] => {
    const before = record.applied?.fingerprint ?? record.lastGood ?? record.deletion?.configuration;
    return before === undefined || (before === fingerprint && !record.drift) ? [] : [[address, before]];
  });
  const contracts = await Promise.all(
    applied.map(async ([address, before]): Promise<[Address, SavedContract][]> => {
      const contract = await readContract(desired.workspace, before, bucket);
      return contract ? [[address, contract]] : [];
    }),
  );
  return new Map(contracts.flat());
}

/** The default quotas of the service that the resources of the account would exceed, for the kinds that grow. */
async function exceededQuotas(
  resources: readonly PlannedResource[],
  { observed }: DecisionPreview,
  controlPlane: ControlPlane,
): Promise<ExceededQuota[]> {
  const growth = new Map<string, { kind: KindName; parent: Address | undefined; by: number }>();
  for (const { address, action } of resources) {
    if (action !== 'create' && action !== 'delete') continue;
    const { kind } = parseAddress(address);
    const parent = parentOf(address);
    const group = `${parent} ${kind}`;
    const by = (growth.get(group)?.by ?? 0) + (action === 'create' ? 1 : -1);
    growth.set(group, { kind, parent, by });
  }
  const found = await Promise.all(
    [...growth.values()].map(async ({ kind, parent, by }): Promise<ExceededQuota[]> => {
      const limit = defaultLimits.entries[kind];
      if (limit === undefined || by <= 0) return [];
      const present = parent
        ? [...observed.keys()].filter(
            (address) => parentOf(address) === parent && parseAddress(address).kind === kind,
          ).length
        : (await controlPlane.list(kind)).length;
      const { section } = resourceKinds[kind];
      const what = parent ? `${section} of ${parent}` : `${section} of the account`;
      return present + by > limit ? [{ what, limit, planned: present + by }] : [];
    }),
  );
  return found.flat();
}

/** AgentCore would refuse the creation of a resource of a kind that the Region does not have. */
function regionNotes(resources: readonly PlannedResource[], region: string): string[] {
  const created = resources.filter(({ action }) => action === 'create' || action === 'replace');
  return missingKinds(
    created.map(({ address }) => parseAddress(address).kind),
    region,
  ).map(
    (kind) =>
      `AgentCore has no ${resourceKinds[kind].section} in ${region}, so that their creation will fail. Push the workspace to an environment in another Region.`,
  );
}

function notesOf(
  { desired, breaker }: DecisionPreview,
  { code, outcome }: ReadableLedger,
  unread: LiveControlPlane['unread'],
  hasTrail: boolean,
): string[] {
  const kinds = [...unread.keys()].filter((kind) => kind !== 'tags');
  const known = outcome ? `the outcome of ${outcome.time} stands for it` : 'and there is no earlier outcome';
  return [
    ...(code === undefined ? [] : [`The ledger cannot be read (${code}): ${known}.`]),
    ...(code === undefined ? [] : (desired.shared ?? [])).map(
      ({ address, sharedBy }) =>
        `Only the ledger tells whether the workspace ${sharedBy} shares ${address} with this one, which is taken for granted here.`,
    ),
    ...(kinds.length > 0
      ? [
          `AgentCore does not show ${kinds.join(', ')} (${[...new Set(unread.values())].join(', ')}): they are planned as Gateloop recorded them last, and resources of other clients are not seen.`,
        ]
      : []),
    ...(unread.has('tags') && kinds.length === 0
      ? [`AgentCore does not show tags (${unread.get('tags')}): they are taken as Gateloop set them last.`]
      : []),
    ...(breaker
      ? [
          `Changes made outside Gateloop are not reverted, since too many resources differ at once (${breaker.resources} of this workspace). See docs/runbook.md.`,
        ]
      : []),
    ...(desired.isPruningSuspended ? ['A registry could not be read, so that nothing is deleted now.'] : []),
    ...(hasTrail
      ? []
      : [
          'Gateloop learns of later changes by other clients within seconds only where a CloudTrail trail logs management events; otherwise within 15 minutes. See docs/deploy.md.',
        ]),
  ];
}
