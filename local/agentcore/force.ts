import type {
  AgentRuntimeStatus,
  GatewayStatus,
  HarnessStatus,
  RegistryRecordStatus,
  RegistryStatus,
  Status,
  TargetStatus,
} from '@aws-sdk/client-bedrock-agentcore-control';
import type { Service } from './service.ts';

/** A resource, and the state that a test wants it in. */
export type ForcedState =
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
    };

/**
 * Puts a resource into a state without regard to how it could have got there; an operation under way is forgotten.
 * @throws ServiceError ResourceNotFoundException
 */
export function force(service: Service, state: ForcedState, reasons?: readonly string[]): void {
  service.world.store.transaction(() => {
    switch (state.kind) {
      case 'gateway':
        return service.gateways.force(state.id, state.status, reasons);
      case 'target':
        return service.targets.force(state.gatewayId, state.id, state.status, reasons);
      case 'oauth2CredentialProvider':
        return service.providers.force(state.name, state.status, reasons);
      case 'agentRuntime':
        return service.runtimes.force(state.id, state.status, reasons);
      case 'harness':
        return service.harnesses.force(state.id, state.status, reasons);
      case 'registry':
        return service.registries.force(state.id, state.status, reasons);
      case 'registryRecord':
        return service.records.force(state.registryId, state.id, state.status, reasons);
    }
  });
}
