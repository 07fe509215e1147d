import { nearest } from '../nearest.ts';
import type { Path } from '../problem.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import type { UnresolvedReference } from './interpretConfig.ts';
import { type Reference, referenceForm } from './reference.ts';
import type { Report } from './report.ts';

const sections = Object.values(resourceKinds)
  .filter((row) => !row.parent)
  .map((row) => row.section);

/** The names of a workspace's resources, by kind. */
export type DeclaredNames = ReadonlyMap<KindName, ReadonlySet<string>>;

/**
 * Resolves references against the resources of the manifest, and reports references to unknown resources and fields.
 * A text such as `${HOME}`, which does not look like a reference, stays plain text, with a warning.
 */
export function linkReferences(
  unresolved: readonly UnresolvedReference[],
  names: DeclaredNames,
  base: Path,
  report: Report,
): Reference[] {
  return unresolved.flatMap((reference) => {
    const { text, kind, name, field } = reference;
    const fullPath = [...base, ...reference.path];
    if (!reference.complete) {
      reportIncomplete(reference, names, fullPath, report);
      return [];
    }
    if (!kind) {
      report.error(fullPath, `${text} names an unknown section.`, {
        expected: referenceForm,
        suggestion: nearestSection(reference.section),
      });
      return [];
    }
    const declared = names.get(kind) ?? new Set();
    if (!declared.has(name)) {
      report.error(fullPath, `${text} names ${withArticle(kind)} that is not in this manifest.`, {
        expected: () => (declared.size === 0 ? undefined : `one of ${[...declared].slice(0, 10).join(', ')}`),
        suggestion: () => nearest(name, declared),
      });
      return [];
    }
    const { outputs } = resourceKinds[kind];
    if (!outputs.includes(field)) {
      report.error(fullPath, `${text} names a field that ${withArticle(kind)} does not output.`, {
        expected: `one of ${outputs.join(', ')}`,
        suggestion: nearest(field, outputs),
      });
      return [];
    }
    return [{ text, kind, name, field, path: reference.path }];
  });
}

/**
 * A text that names a section, or a resource without its section, is meant as a reference; any other may be plain text.
 */
function reportIncomplete(
  { text, section, name }: UnresolvedReference,
  names: DeclaredNames,
  fullPath: Path,
  report: Report,
): void {
  const namesResource = name !== '' && [...names.values()].some((declared) => declared.has(section));
  const suggested = nearestSection(section);
  if (namesResource || sections.includes(section) || (suggested !== undefined && name !== '')) {
    report.error(fullPath, `${text} is not a complete reference.`, {
      expected: referenceForm,
      suggestion: namesResource ? undefined : suggested,
    });
  } else {
    report.warning(fullPath, `${text} is treated as plain text: it does not have the form of a reference.`, {
      expected: referenceForm,
    });
  }
}

function nearestSection(word: string): string | undefined {
  const [kind] = Object.values(resourceKinds).filter((row) => row.kind === word && !row.parent);
  return kind?.section ?? nearest(word, sections);
}

function withArticle(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
