import { parseAddress } from '../../core/address.ts';
import type { DeletedResource } from '../../core/authorization/requestSubject.ts';
import { GateloopError } from '../../core/errors.ts';
import { defined } from '../../core/objects.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { ResourcePlan } from '../../core/reconcile/plan.ts';
import { saveDeletions } from '../../core/storage/deletionsDocument.ts';
import { readToolList } from '../../core/storage/toolListDocuments.ts';
import { logger } from '../runtime/observability.ts';
import type { PartOfState, PollPorts } from './pollState.ts';
import { readSavedContract } from './toolContractChanges.ts';

/** Saves what a person is to be asked about, for the step that opens the request: all that goes, with its tools. */
export async function saveDeletedResources(
  { desired: { workspace }, decision }: PartOfState<'desired' | 'decision'>,
  { specBucket }: Pick<PollPorts, 'specBucket'>,
): Promise<void> {
  for (const { kind, fingerprint } of decision.requests) {
    if (kind !== 'deletion') continue;
    const going = decision.plans.filter(({ record }) => record.deletion?.asked === fingerprint);
    const resources = await Promise.all(going.map((plan) => deletedResource(plan, workspace, specBucket)));
    await saveDeletions(workspace, fingerprint, resources, specBucket);
  }
}

async function deletedResource(
  { address, record, replacedBy }: ResourcePlan,
  workspace: string,
  bucket: SpecBucket,
): Promise<DeletedResource> {
  const common = { address, ...defined({ replacedBy }) };
  if (parseAddress(address).kind !== 'gatewayTarget') return { ...common, tools: [] };
  const configuration = record.deletion?.configuration;
  try {
    const contract =
      configuration === undefined ? undefined : await readSavedContract(workspace, configuration, bucket);
    if (!contract || 'none' in contract) return { ...common, tools: [], unknown: NOT_SAVED };
    if ('unknown' in contract) return { ...common, tools: [], unknown: contract.unknown };
    if ('tools' in contract) return { ...common, tools: contract.tools.map(({ name }) => name) };
    const { lists = {}, partial } = record.toolWatch ?? {};
    const digest = lists.gateway ?? lists.server;
    const listed =
      digest === undefined ? undefined : await readToolList({ workspace, address, digest }, bucket);
    if (!listed) return { ...common, tools: [], unknown: LISTED };
    const tools = listed.map(({ name }) => String(name));
    return { ...common, tools, ...(partial && { unknown: PARTIAL }) };
  } catch (error) {
    // A target whose tools cannot be told must not keep the question from being asked.
    if (error instanceof GateloopError && error.retryable) throw error;
    logger.error('The tools of a target that is to be deleted cannot be read.', { address, error });
    return {
      ...common,
      tools: [],
      unknown: 'They cannot be read; the log of the function poll has the error.',
    };
  }
}

const NOT_SAVED = 'Gateloop has no copy of its configuration.';
const PARTIAL = 'There may be more: the gateway shows Gateloop a part of the list only.';
const LISTED = 'Its MCP server lists them, and no schema names them.';
