import type {
  CreateRegistryRecordRequest,
  UpdateRegistryRecordRequest,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { omit } from '../../../core/objects.ts';
import type { Checked } from '../operation.ts';
import { applyPatch } from '../patch.ts';

export type RecordConfiguration = Omit<
  Checked<CreateRegistryRecordRequest>,
  'registryId' | 'name' | 'clientToken' | 'recordVersion'
>;

/**
 * Applies an UpdateRegistryRecord request. Each kind of descriptor has a wrapper of its own, and each part of MCP and
 * skill descriptors has another one.
 */
export function patchConfiguration(
  before: RecordConfiguration,
  request: Checked<UpdateRegistryRecordRequest>,
): RecordConfiguration {
  const { description, synchronizationType, synchronizationConfiguration } = request;
  const patched = applyPatch(before, { description, synchronizationType, synchronizationConfiguration });
  return {
    ...patchDescriptors(patched, request.descriptors),
    descriptorType: request.descriptorType ?? before.descriptorType,
  };
}

function patchDescriptors(
  configuration: RecordConfiguration,
  wrapper: Checked<UpdateRegistryRecordRequest>['descriptors'],
): RecordConfiguration {
  if (!wrapper) return configuration;
  if (!wrapper.optionalValue) return omit(configuration, 'descriptors');
  const { descriptors: before = {} } = configuration;
  const { mcp, agentSkills, a2a, custom } = wrapper.optionalValue;
  const descriptors = applyPatch(before, {
    a2a,
    custom,
    mcp: mcp && { optionalValue: mcp.optionalValue && applyPatch(before.mcp ?? {}, mcp.optionalValue) },
    agentSkills: agentSkills && {
      optionalValue:
        agentSkills.optionalValue && applyPatch(before.agentSkills ?? {}, agentSkills.optionalValue),
    },
  });
  return { ...configuration, descriptors };
}

/** Increments the last number of a version. Page of UpdateRegistryRecord: the service does so by itself. */
export function nextVersion(version: string): string {
  const number = /\d+$/.exec(version)?.[0];
  if (number === undefined) return `${version}.1`;
  return `${version.slice(0, -number.length)}${Number(number) + 1}`;
}
