import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import type { Gateways } from '../gateways/gateways.ts';
import type { Operations } from '../operation.ts';
import type { AgentRuntimes } from '../runtimes/agentRuntimes.ts';
import { conflict } from '../serviceError.ts';
import type { Tags } from '../tags.ts';
import type { GenericKindName } from './genericKind.ts';
import { genericKinds } from './genericKinds.ts';
import { type GenericParents, GenericResources } from './genericResources.ts';

interface GenericServiceParts {
  readonly gateways: Gateways;
  readonly runtimes: Pick<AgentRuntimes, 'versionsOn'>;
  readonly tags: Tags;
}

/** The resources of all generic kinds. */
export class GenericService {
  readonly #kinds = new Map<GenericKindName, GenericResources>();

  constructor(context: EmulatorContext, { gateways, runtimes, tags }: GenericServiceParts) {
    for (const kind of genericKinds) {
      const parents: GenericParents | undefined =
        kind.parent && (kind.parent.kind === 'gateway' ? gateways : this.of(kind.parent.kind));
      const resources = new GenericResources(context, kind, { tags, ...(parents && { parents }) });
      this.#kinds.set(kind.kind, resources);
      if (kind.parent?.kind === 'policyEngine')
        this.of(kind.parent.kind).rejectDeletion = (id) => rejectWhilePresent(id, resources);
    }
    const capacityProviders = this.of('capacityProvider');
    capacityProviders.rejectDeletion = (id) =>
      rejectWhileUsed(id, runtimes.versionsOn(capacityProviders.arnOf(id)));
    this.of('evaluator').isLocked = (id) => isEvaluatedWith(id, this.of('onlineEvaluationConfig'));
    gateways.forgetRules = (id) => {
      this.of('gatewayRule').forget(id);
      this.of('gatewayRateLimit').forget(id);
    };
  }

  of(kind: GenericKindName): GenericResources {
    const resources = this.#kinds.get(kind);
    if (!resources) throw new RangeError(`No row of the generic kinds is named ${kind}, or it comes later.`);
    return resources;
  }

  operations(): Operations {
    const each = [...this.#kinds.values()].map((resources) => resources.operations());
    return {
      ...Object.assign({}, ...each),
      BatchPutGatewayRateLimits: (input: JsonObject) => this.#putAll(input),
    };
  }

  /** All of them, or none where one is refused: the dispatcher runs an operation in one transaction. */
  #putAll({ gatewayIdentifier = '', rateLimits }: JsonObject): object {
    const limits = Array.isArray(rateLimits) ? rateLimits.filter(isJsonObject) : [];
    const resources = this.of('gatewayRateLimit');
    return resources.answerList(limits.map((limit) => resources.put({ ...limit, gatewayIdentifier })));
  }
}

/** The model: "The policy engine must not have any associated policies before deletion." The error is a guess. */
function rejectWhilePresent(id: string, children: GenericResources): void {
  const names = children.namesIn(id);
  if (names.length > 0)
    throw conflict(`${id} has policies: ${names.join(', ')}. Delete them before you delete it.`);
}

/** The model: "If any references remain, the operation fails." The error is a guess. */
function rejectWhileUsed(id: string, versions: readonly string[]): void {
  if (versions.length > 0)
    throw conflict(
      `${id} has runtimes on it: ${versions.join(', ')}. Disassociate them before you delete it.`,
    );
}

/** The guide: "Updates are not allowed if the evaluator has been used by any enabled evaluation configuration." */
function isEvaluatedWith(evaluatorId: string, evaluations: GenericResources): boolean {
  return evaluations.shown().some(({ executionStatus, evaluators }) => {
    const used = Array.isArray(evaluators) ? evaluators.filter(isJsonObject) : [];
    return executionStatus === 'ENABLED' && used.some((each) => each.evaluatorId === evaluatorId);
  });
}
