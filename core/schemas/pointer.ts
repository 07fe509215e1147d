import { isJsonObject, type JsonValue } from '../json.ts';
import { member } from './member.ts';

/** @returns the JSON pointer (RFC 6901) of a member or element below another pointer */
export function appendPointer(pointer: string, ...steps: readonly (string | number)[]): string {
  let result = pointer;
  for (const step of steps) {
    const token = String(step);
    result += `/${/[~/]/.test(token) ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token}`;
  }
  return result;
}

/** @returns the pointer's steps, unescaped */
export function pointerSteps(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** @returns the pointer one level up; undefined for the root */
export function parentPointer(pointer: string): string | undefined {
  return pointer === '' ? undefined : pointer.slice(0, pointer.lastIndexOf('/'));
}

/** @returns the value at the pointer, or undefined if there is none */
export function valueAt(root: JsonValue, pointer: string): JsonValue | undefined {
  if (pointer !== '' && !pointer.startsWith('/')) return undefined;
  let current: JsonValue | undefined = root;
  for (const step of pointerSteps(pointer)) {
    current = childOf(current, step);
    if (current === undefined) return undefined;
  }
  return current;
}

function childOf(value: JsonValue, step: string): JsonValue | undefined {
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(step) ? value[Number(step)] : undefined;
  return isJsonObject(value) ? member(value, step) : undefined;
}
