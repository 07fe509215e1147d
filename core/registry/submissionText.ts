import { isJsonObject, type JsonValue } from '../json.ts';
import type { RecordContent } from '../ports/registryRecords.ts';
import { parseContent } from './descriptorContent.ts';

/**
 * Writes a whole record as indented JSON for its approver. The API wraps JSON in text: it is unwrapped, and stands there as
 * submitted too where parsing loses anything of it, such as a member that is there twice. A text of several lines, such as
 * the instructions of a skill, stands there line by line: nobody reads them from one line of JSON.
 */
export function submissionText(record: RecordContent): string {
  const { name, displayName, description, recordType, descriptors, customMetadata, packageSha256 } = record;
  const shown = {
    name,
    displayName,
    description,
    kind: recordType,
    package: packageSha256,
    descriptors: unwrapped(descriptors),
    customMetadata,
  };
  return JSON.stringify(shown, null, 2).split('\n').map(withTextLines).join('\n');
}

/** One line of indented JSON whose value is a text: the indentation, the name with its colon, and the text. */
const textMember = /^( *)((?:"(?:[^"\\]|\\.)*": )?)("(?:[^"\\]|\\.)*"),?$/;

/** Each line of the text begins with a bar, so that no text can pass for a member of the record. */
function withTextLines(line: string): string {
  const [, indentation = '', name = '', literal = '""'] = textMember.exec(line) ?? [];
  if (!literal.includes('\\n')) return line;
  const decoded: string = JSON.parse(literal);
  const text = decoded.replace(/\n$/, '');
  if (!text.includes('\n')) return line;
  const lines = text.split('\n').map((each) => `${indentation}  │ ${each}`.trimEnd());
  return [`${indentation}${name}`.trimEnd(), ...lines].join('\n');
}

function unwrapped(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => unwrapped(item));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).flatMap(([name, member]): [string, JsonValue][] => {
    if (name !== 'data' || typeof member !== 'string') return [[name, unwrapped(member)]];
    const content = parseContent(member);
    if (content === undefined) return [[name, member]];
    const isLossless = JSON.stringify(content) === withoutWhiteSpace(member);
    return isLossless
      ? [[name, content]]
      : [
          [name, content],
          [`${name} as submitted`, member],
        ];
  });
  return Object.fromEntries(entries);
}

/** @returns JSON without the white space between its tokens */
function withoutWhiteSpace(json: string): string {
  return json.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}
