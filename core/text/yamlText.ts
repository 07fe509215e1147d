import { Document, visit } from 'yaml';
import type { JsonValue } from '../json.ts';

/** The line feed is no hidden character: it ends a line of YAML. */
const HIDDEN = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** @returns YAML of the same value in which every hidden character is an escape, such as `\U0000202e` */
export function yamlText(value: JsonValue): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      // Only texts in double quotes have escapes.
      if (typeof node.value === 'string' && node.value.search(HIDDEN) !== -1) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document
    .toString({ lineWidth: 0 })
    .replaceAll(HIDDEN, (hidden) => `\\U${(hidden.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`);
}
