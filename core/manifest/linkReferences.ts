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
 * Looks up what references mean, and reports those that mean nothing.
 * `${HOME}` and the like, which resemble no reference, are left as they stand, with a warning.
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
      report.error(fullPath, `${text} names no section of a manifest.`, {
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
      report.error(fullPath, `${text} asks for a field that ${withArticle(kind)} does not give.`, {
        expected: `one of ${outputs.join(', ')}`,
        suggestion: nearest(field, outputs),
      });
      return [];
    }
    return [{ text, kind, name, field, path: reference.path }];
  });
}

/** Whoever names a section, or a resource without its section, meant a reference; others may have meant plain text. */
function reportIncomplete(
  { text, section, name }: UnresolvedReference,
  names: DeclaredNames,
  fullPath: Path,
  report: Report,
): void {
  const namesResource = name !== '' && [...names.values()].some((declared) => declared.has(section));
  const suggested = nearestSection(section);
  if (namesResource || sections.includes(section) || (suggested !== undefined && name !== '')) {
    report.error(fullPath, `${text} is no whole reference.`, {
      expected: referenceForm,
      suggestion: namesResource ? undefined : suggested,
    });
  } else {
    report.warning(fullPath, `${text} is taken as plain text: it has not the form of a reference.`, {
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
