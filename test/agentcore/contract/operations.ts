import { agentRegistryShapes, controlPlaneShapes, dataPlaneShapes } from '../../../adapters/sdkShapes.ts';
import type { OperationShape, ShapeCatalog } from '../../../core/api/shapes.ts';
import type { ResourceKind } from '../../../core/resources/resourceKind.ts';
import { resourceKinds } from '../../../core/resources/resourceKinds.ts';

/** Precedes the names of Agent Registry's operations: AgentCore has some of the same names. */
export const AGENT_REGISTRY = 'AgentRegistry.';

/** The operations that the emulator must support: those on every kind of resource, and those besides. */
export const OPERATIONS: readonly string[] = [
  ...new Set(Object.values(resourceKinds).flatMap(operationsOf)),
  'SynchronizeGatewayTargets',
  'ListAgentRuntimeVersions',
  'ListHarnessVersions',
  'BatchPutGatewayRateLimits',
  'TagResource',
  'UntagResource',
  'ListTagsForResource',
  'CompleteResourceTokenAuth',
  // The registries that AWS has closed.
  ...['Registry', 'RegistryRecord'].flatMap((noun) =>
    ['Create', 'Get', 'Update', 'Delete'].map((verb) => `${verb}${noun}`),
  ),
  'ListRegistries',
  'ListRegistryRecords',
  ...['', AGENT_REGISTRY].flatMap((prefix) => [
    `${prefix}SubmitRegistryRecordForApproval`,
    `${prefix}UpdateRegistryRecordStatus`,
  ]),
  ...['TagResource', 'UntagResource', 'ListTagsForResource'].map((name) => `${AGENT_REGISTRY}${name}`),
];

/** @returns the operations on a kind of resource, as `operationNamed` takes them */
export function operationsOf({ operations, service }: ResourceKind): string[] {
  return Object.values(operations).map((operation) => `${service ? AGENT_REGISTRY : ''}${operation}`);
}

const CATALOGS = [controlPlaneShapes, dataPlaneShapes];

/** @returns the operation with the catalog of its plane */
export function operationNamed(name: string): { operation: OperationShape; catalog: ShapeCatalog } {
  const isRegistry = name.startsWith(AGENT_REGISTRY);
  for (const catalog of isRegistry ? [agentRegistryShapes] : CATALOGS) {
    const operation = catalog.operation(isRegistry ? name.slice(AGENT_REGISTRY.length) : name);
    if (operation) return { operation, catalog };
  }
  throw new Error(`no operation ${name}`);
}
