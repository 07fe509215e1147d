import { agentRegistryContracts } from './agentRegistries.ts';
import { agentRegistryRecordContracts } from './agentRegistryRecords.ts';
import { agentRuntimeContracts } from './agentRuntimes.ts';
import { apiKeyCredentialProviderContracts } from './apiKeyCredentialProviders.ts';
import { configurationBundleContracts } from './configurationBundles.ts';
import { consentContracts } from './consents.ts';
import type { OperationContract } from './contract.ts';
import { credentialProviderContracts } from './credentialProviders.ts';
import { gatewayContracts } from './gateways.ts';
import { gatewayTargetContracts } from './gatewayTargets.ts';
import { genericKindContracts } from './genericKinds.ts';
import { harnessContracts } from './harnesses.ts';
import { memoryContracts } from './memories.ts';
import { paymentCredentialProviderContracts } from './paymentCredentialProviders.ts';
import { registryContracts } from './registries.ts';
import { registryRecordContracts } from './registryRecords.ts';
import { resourcePolicyContracts } from './resourcePolicies.ts';
import { tagContracts } from './tags.ts';
import { tokenVaultContracts } from './tokenVaults.ts';
import { versionEndpointContracts } from './versionEndpoints.ts';
import { workloadIdentityContracts } from './workloadIdentities.ts';

/** The rows of every operation. */
export const contracts: readonly OperationContract[] = [
  ...gatewayContracts,
  ...gatewayTargetContracts,
  ...consentContracts,
  ...credentialProviderContracts,
  ...apiKeyCredentialProviderContracts,
  ...paymentCredentialProviderContracts,
  ...agentRuntimeContracts,
  ...harnessContracts,
  ...versionEndpointContracts,
  ...registryContracts,
  ...registryRecordContracts,
  ...agentRegistryContracts,
  ...agentRegistryRecordContracts,
  ...workloadIdentityContracts,
  ...genericKindContracts,
  ...memoryContracts,
  ...configurationBundleContracts,
  ...resourcePolicyContracts,
  ...tokenVaultContracts,
  ...tagContracts,
];
