import type { JsonValue } from '../json.ts';
import { defined } from '../objects.ts';
import type { Path } from '../problem.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';

/** A reference to an output of another resource; its value is known once that resource exists. */
export interface Reference {
  /** The text as written: `${oauth2CredentialProviders.github.credentialProviderArn}`. */
  readonly text: string;
  readonly kind: KindName;
  /** The name of the resource; for a target `<gateway>/<target>`. */
  readonly name: string;
  /** A member of the resource in the API's responses. */
  readonly field: string;
  /** The path of the text within the configuration of the referring resource. */
  readonly path: Path;
}

/** The parsed parts of a reference, not yet checked against the manifest. */
export interface ReferenceParts {
  readonly text: string;
  /** The first segment of the text, which should be a section. */
  readonly section: string;
  readonly kind?: KindName;
  readonly name: string;
  readonly field: string;
  /** Whether the text has all three parts. */
  readonly complete: boolean;
}

/**
 * Excludes line breaks and braces: a `${` that is never closed is not a reference, and the regular expression takes
 * linear time.
 */
const REFERENCE = /\$\{([^${}\n]*)\}/g;

/** The pattern for JSON Schema. */
export const referencePattern = REFERENCE.source;
/** The form of a reference, for messages. */
export const referenceForm = `\${section.name.field}, such as \${gateways.payments.gatewayArn}`;

const topLevelSections = new Map(
  Object.values(resourceKinds)
    .filter((row) => !row.parent)
    .map((row) => [row.section, row]),
);

/** @returns every `${…}` of a text, complete or not */
export function referencesIn(text: string): ReferenceParts[] {
  if (!text.includes('${')) return [];
  return [...text.matchAll(REFERENCE)].map(([whole, inside = '']) => parseReference(whole, inside.trim()));
}

/**
 * Replaces references by their values.
 * If the text is exactly one reference, the result is the value itself, so that numbers and lists keep their type.
 */
export function replaceReferences(
  text: string,
  resolve: (parts: ReferenceParts) => JsonValue | undefined,
): JsonValue {
  const references = referencesIn(text);
  const [only] = references;
  if (references.length === 1 && only && only.text === text) {
    const value = resolve(only);
    return value === undefined ? text : value;
  }
  let next = 0;
  return text.replace(REFERENCE, (whole) => {
    const reference = references[next++];
    const value = reference && resolve(reference);
    return value === undefined ? whole : String(value);
  });
}

/** A target is `gateways.<gateway>.targets.<target>.<field>`. Gateway names contain no dot; registry names may. */
function parseReference(text: string, inside: string): ReferenceParts {
  const first = inside.indexOf('.');
  const last = inside.lastIndexOf('.');
  if (first <= 0 || last === first) {
    return {
      text,
      section: first < 0 ? inside : inside.slice(0, first),
      name: first < 0 ? '' : inside.slice(first + 1),
      field: '',
      complete: false,
    };
  }
  const section = inside.slice(0, first);
  const name = inside.slice(first + 1, last);
  const field = inside.slice(last + 1);
  const row = topLevelSections.get(section);
  const complete = name !== '' && field !== '';
  for (const child of Object.values(resourceKinds)) {
    const [parent, localName] = splitAt(name, `.${child.section}.`);
    if (row && child.parent === row.kind && localName !== undefined) {
      return { text, section, kind: child.kind, name: `${parent}/${localName}`, field, complete };
    }
  }
  return defined({ text, section, kind: row?.kind, name, field, complete });
}

function splitAt(name: string, separator: string): [string, string | undefined] {
  const at = name.indexOf(separator);
  return at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at + separator.length)];
}
