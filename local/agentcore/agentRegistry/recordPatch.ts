import type { UpdateRegistryRecordRequest } from '../../../adapters/agentRegistry/index.ts';
import { agentRegistryShapes } from '../../../adapters/sdkShapes.ts';
import type { Shape } from '../../../core/api/shapes.ts';
import { isJsonObject } from '../../../core/json.ts';
import type { Checked } from '../operation.ts';
import type { RecordDescriptors } from './recordSources.ts';

type Wrapper = Checked<UpdateRegistryRecordRequest>['descriptors'];

/**
 * Applies the wrappers of an UpdateRegistryRecord request: no wrapper keeps a member, an empty one removes it. Where the shape of
 * the value is named `Updated…Fields`, its members are wrappers too; any other value replaces the member.
 */
export function patchDescriptors(before: RecordDescriptors, wrapper: Wrapper): RecordDescriptors {
  const shape = agentRegistryShapes.shape('AgentRegistry.UpdatedDescriptors');
  // The request was checked against the shapes by which it is applied.
  return (patched(before, wrapper, shape) ?? {}) as RecordDescriptors;
}

function patched(before: unknown, wrapper: unknown, shape: Shape | undefined): unknown {
  if (wrapper === undefined) return before;
  const value: unknown = Object(wrapper).optionalValue;
  const valueShape = memberShape(shape, 'optionalValue');
  if (!isJsonObject(value) || !/\.Updated\w+Fields$/.test(valueShape?.name ?? '')) return value;
  const members: Record<string, unknown> = { ...Object(before) };
  for (const [name, inner] of Object.entries(value)) {
    const member = patched(members[name], inner, memberShape(valueShape, name));
    if (member === undefined) delete members[name];
    else members[name] = member;
  }
  return members;
}

function memberShape(shape: Shape | undefined, name: string): Shape | undefined {
  return shape && 'members' in shape ? shape.members.get(name)?.shape : undefined;
}
