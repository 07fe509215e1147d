import type { JsonValue } from '../json.ts';
import type { Path } from '../problem.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';

/** A field of another resource, which is known once that resource stands. */
export interface Reference {
  /** As written: `${oauth2CredentialProviders.github.credentialProviderArn}`. */
  readonly text: string;
  readonly kind: KindName;
  /** Of a target: `<gateway>/<target>`. */
  readonly name: string;
  /** A member of the resource in the API's answers. */
  readonly field: string;
  /** Where in the configuration of the resource that refers. */
  readonly path: Path;
}

/** The parts of a reference's text, before anyone has looked whether they exist. */
export interface ReferenceParts {
  readonly text: string;
  /** What stands in the place of the section. */
  readonly section: string;
  readonly kind?: KindName;
  readonly name: string;
  readonly field: string;
  /** Whether the text has all three parts. */
  readonly complete: boolean;
}

/** No line break or brace within: a `${` that is never closed is no reference, and no text is scanned twice. */
const REFERENCE = /\$\{([^${}\n]*)\}/g;

/** As JSON Schema writes it. */
export const referencePattern = REFERENCE.source;
/** What a reference looks like, for those who got it wrong. */
export const referenceForm = `\${section.name.field}, such as \${gateways.payments.gatewayArn}`;

const topLevelSections = new Map(
  Object.values(resourceKinds)
    .filter((row) => !row.parent)
    .map((row) => [row.section, row]),
);

/** @returns all `${…}` of a text, whatever stands in them */
export function referencesIn(text: string): ReferenceParts[] {
  if (!text.includes('${')) return [];
  return [...text.matchAll(REFERENCE)].map(([whole, inside = '']) => parseReference(whole, inside.trim()));
}

/**
 * Puts the values of references in their place.
 * A text that is nothing but one reference becomes the value itself, so that numbers and lists keep their type.
 */
export function replaceReferences(
  text: string,
  resolve: (parts: ReferenceParts) => JsonValue | undefined,
): JsonValue {
  const found = referencesIn(text);
  const [only] = found;
  if (found.length === 1 && only && only.text === text) {
    const value = resolve(only);
    return value === undefined ? text : value;
  }
  let next = 0;
  return text.replace(REFERENCE, (whole) => {
    const part = found[next++];
    const value = part && resolve(part);
    return value === undefined ? whole : String(value);
  });
}

/** A target is `gateways.<gateway>.targets.<target>.<field>`; names of gateways hold no dot, names of registries may. */
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
  return { text, section, ...(row && { kind: row.kind }), name, field, complete };
}

function splitAt(name: string, separator: string): [string, string | undefined] {
  const at = name.indexOf(separator);
  return at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at + separator.length)];
}
