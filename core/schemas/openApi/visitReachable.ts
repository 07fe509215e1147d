import type { JsonObject, JsonValue } from '../../json.ts';
import { member, stringMember } from '../member.ts';
import { appendPointer, valueAt } from '../pointer.ts';
import { parseReference } from '../references.ts';
import type { OpenApiDocument } from './operations.ts';
import { visitObjects } from './visitObjects.ts';

/** The parts of an operation whose schemas an agent or a gateway meets. */
const exposedMembers = ['parameters', 'requestBody', 'responses'];

/** Visits every object that the operations amount to, references followed, each place once. */
export function visitReachable(
  document: OpenApiDocument,
  visit: (object: JsonObject, pointer: string) => void,
): void {
  const pending: string[] = [];
  const seen = new Set<string>();
  const visitPart = (value: JsonValue | undefined, pointer: string) => {
    if (value === undefined) return;
    visitObjects(value, pointer, (object, place) => {
      visit(object, place);
      const parsed = parseReference(stringMember(object, '$ref') ?? '');
      if (parsed.kind !== 'internal' || seen.has(parsed.pointer)) return;
      seen.add(parsed.pointer);
      pending.push(parsed.pointer);
    });
  };
  for (const { value, pointer, item } of document.operations) {
    for (const name of exposedMembers) visitPart(member(value, name), appendPointer(pointer, name));
    if (seen.has(item.pointer)) continue;
    seen.add(item.pointer);
    visitPart(member(item.value, 'parameters'), appendPointer(item.pointer, 'parameters'));
  }
  for (let pointer = pending.pop(); pointer !== undefined; pointer = pending.pop())
    visitPart(valueAt(document.root, pointer), pointer);
}
