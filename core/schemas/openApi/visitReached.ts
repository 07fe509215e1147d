import type { JsonObject, JsonValue } from '../../manifest/json.ts';
import { member, stringMember } from '../member.ts';
import { below, valueAt } from '../pointer.ts';
import { parseReference } from '../references.ts';
import type { OpenApiDocument } from './operations.ts';
import { visitObjects } from './visitObjects.ts';

/** The parts of an operation whose schemas an agent or a gateway meets. */
const exposedMembers = ['parameters', 'requestBody', 'responses'];

/** Visits every object that the operations amount to, references followed, each place once. */
export function visitReached(
  document: OpenApiDocument,
  visit: (object: JsonObject, pointer: string) => void,
): void {
  const waiting: string[] = [];
  const seen = new Set<string>();
  const enter = (value: JsonValue | undefined, pointer: string) => {
    if (value === undefined) return;
    visitObjects(value, pointer, (object, place) => {
      visit(object, place);
      const parsed = parseReference(stringMember(object, '$ref') ?? '');
      if (parsed.kind !== 'internal' || seen.has(parsed.pointer)) return;
      seen.add(parsed.pointer);
      waiting.push(parsed.pointer);
    });
  };
  for (const { value, pointer, item } of document.operations) {
    for (const name of exposedMembers) enter(member(value, name), below(pointer, name));
    if (seen.has(item.pointer)) continue;
    seen.add(item.pointer);
    enter(member(item.value, 'parameters'), below(item.pointer, 'parameters'));
  }
  for (let pointer = waiting.pop(); pointer !== undefined; pointer = waiting.pop())
    enter(valueAt(document.root, pointer), pointer);
}
