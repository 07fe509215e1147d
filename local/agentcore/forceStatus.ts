import type {
  AgentRuntimeStatus,
  GatewayStatus,
  HarnessStatus,
  RegistryRecordStatus,
  RegistryStatus,
  Status,
  TargetStatus,
} from '@aws-sdk/client-bedrock-agentcore-control';
import type * as agentRegistry from '../../adapters/agentRegistry/index.ts';
import type { GenericKindName } from './generic/genericKind.ts';
import type { Service } from './service.ts';

/** A resource and the status to put it into. */
export type ForcedStatus =
  | { readonly kind: 'gateway'; readonly id: string; readonly status: GatewayStatus }
  | {
      readonly kind: 'target';
      readonly gatewayId: string;
      readonly id: string;
      readonly status: TargetStatus;
    }
  | { readonly kind: 'oauth2CredentialProvider'; readonly name: string; readonly status: Status }
  | { readonly kind: 'agentRuntime'; readonly id: string; readonly status: AgentRuntimeStatus }
  | { readonly kind: 'harness'; readonly id: string; readonly status: HarnessStatus }
  | { readonly kind: 'registry'; readonly id: string; readonly status: RegistryStatus }
  | {
      readonly kind: 'registryRecord';
      readonly registryId: string;
      readonly id: string;
      readonly status: RegistryRecordStatus;
    }
  | { readonly kind: 'agentRegistry'; readonly id: string; readonly status: agentRegistry.RegistryStatus }
  | {
      readonly kind: 'agentRegistryRecord';
      readonly registryId: string;
      readonly id: string;
      readonly status: agentRegistry.RegistryRecordStatus;
    }
  | {
      readonly kind: GenericKindName;
      /** Of a kind with a parent: its id. */
      readonly parentId?: string;
      readonly id: string;
      readonly status: string;
    };

/**
 * Puts a resource into a status, even if no operation leads there. An operation in progress is dropped.
 * @throws ServiceError ResourceNotFoundException
 */
export function forceStatus(service: Service, forced: ForcedStatus, reasons?: readonly string[]): void {
  service.context.store.transaction(() => {
    switch (forced.kind) {
      case 'gateway':
        return service.gateways.forceStatus(forced.id, forced.status, reasons);
      case 'target':
        return service.targets.forceStatus(forced.gatewayId, forced.id, forced.status, reasons);
      case 'oauth2CredentialProvider':
        return service.providers.forceStatus(forced.name, forced.status, reasons);
      case 'agentRuntime':
        return service.runtimes.forceStatus(forced.id, forced.status, reasons);
      case 'harness':
        return service.harnesses.forceStatus(forced.id, forced.status, reasons);
      case 'registry':
        return service.registries.forceStatus(forced.id, forced.status, reasons);
      case 'registryRecord':
        return service.records.forceStatus(forced.registryId, forced.id, forced.status, reasons);
      case 'agentRegistry':
        return service.agentRegistries.forceStatus(forced.id, forced.status, reasons);
      case 'agentRegistryRecord':
        return service.agentRegistryRecords.forceStatus(forced.registryId, forced.id, forced.status, reasons);
      default:
        return service.generic
          .of(forced.kind)
          .forceStatus(forced.parentId, forced.id, forced.status, reasons);
    }
  });
}
