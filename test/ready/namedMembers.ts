import type { ResourceKind } from '../../core/resources/resourceKind.ts';
import { subjectOf } from './manifests.ts';
import type { Pass } from './world.ts';

/** The members that a pass names, in the words of requests, as paths like those of `StoredState`. */
export function namedIn({ records }: Pass, row: ResourceKind): readonly string[] {
  const { drift, adopted, heldBack = [] } = records.get(subjectOf(row)) ?? {};
  const differences = drift?.differences.map(({ path }) => path) ?? [];
  const paths = [...differences, ...(adopted?.kept ?? [])];
  // Each reason names its member first.
  return [...paths, ...heldBack.map((reason) => reason.split(' ', 1)[0] ?? '')].map((path) =>
    path
      .replaceAll(/\[("(?:[^"\\]|\\.)*")\]/g, (_, key: string) => `.${JSON.parse(key)}`)
      .replaceAll(/\[(\d+)\]/g, '.$1'),
  );
}

/** Whether a pass names a member, something inside it, or what contains it. */
export function isNamed(path: string, named: readonly string[]): boolean {
  const member = path.replace(/^oauth2ProviderConfigOutput/, 'oauth2ProviderConfigInput');
  // The place of a secret is inside the vendor's configuration in requests, and beside it in responses.
  const secret = /^(clientSecret|apiKeySecret)/.exec(path)?.[1];
  if (secret !== undefined)
    return named.some((name) => name.includes(secret) || /^oauth2ProviderConfigInput\.[^.]+$/.test(name));
  // A union has one choice: the one that is there is named, and stands for the one that is missing.
  const [, union] = /^(?:(memory)\.[A-Za-z]+$|(model)\.)/.exec(member)?.filter(Boolean) ?? [];
  return named.some(
    (name) =>
      member === name ||
      member.startsWith(`${name}.`) ||
      name.startsWith(`${member}.`) ||
      (union !== undefined && name.startsWith(`${union}.`)),
  );
}
