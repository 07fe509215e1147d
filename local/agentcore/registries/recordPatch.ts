import type { UpdateRegistryRecordRequest } from '@aws-sdk/client-bedrock-agentcore-control';
import type { Checked } from '../checked.ts';
import { applyPatch } from '../patch.ts';
import type { RecordConfiguration } from './registryRecords.ts';

type DescriptorsPatch = Checked<UpdateRegistryRecordRequest>['descriptors'];

/**
 * Applies the wrapped update of a record's descriptors: each kind of descriptor on its own, and of MCP servers and
 * skills each part on its own.
 */
export function patchDescriptors(
  configuration: RecordConfiguration,
  change: DescriptorsPatch,
): RecordConfiguration {
  if (!change) return configuration;
  const { descriptors: before = {}, ...rest } = configuration;
  if (!change.optionalValue) return rest;
  const { mcp, agentSkills, a2a, custom } = change.optionalValue;
  const descriptors = applyPatch(before, {
    a2a,
    custom,
    mcp: mcp && { optionalValue: mcp.optionalValue && applyPatch(before.mcp ?? {}, mcp.optionalValue) },
    agentSkills: agentSkills && {
      optionalValue:
        agentSkills.optionalValue && applyPatch(before.agentSkills ?? {}, agentSkills.optionalValue),
    },
  });
  return { ...rest, descriptors };
}

/** Counts the last number of a version up; page of UpdateRegistryRecord: the service increments it by itself. */
export function nextVersion(version: string): string {
  const number = /\d+$/.exec(version)?.[0];
  if (number === undefined) return `${version}.1`;
  return `${version.slice(0, -number.length)}${Number(number) + 1}`;
}
