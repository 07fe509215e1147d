import { hasSource } from '../../core/comparison/compareConfiguration.ts';
import type { JsonObject } from '../../core/json.ts';
import { memberAt } from '../../core/manifest/memberAt.ts';
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
  const member = path
    .replace(/^oauth2ProviderConfigOutput/, 'oauth2ProviderConfigInput')
    .replace(/^providerConfigurationOutput/, 'providerConfigurationInput');
  // Where the secret of a payment provider is, and its key, are two members of responses, and one of requests. Another vendor's
  // configuration is named by what is no secret.
  const [, vendor] =
    /^(providerConfigurationInput\.[^.]+)\..+(?:Arn\.secretArn|JsonKey|Source)$/.exec(member) ?? [];
  if (vendor !== undefined) return named.some((name) => name.startsWith(vendor));
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

/**
 * Whether the manifest leaves the value to others: to the service, which keeps it until the next revision or the next read
 * of a source, or to provision, which gives it with the next write.
 */
export function isLeftToOthers(row: ResourceKind, config: JsonObject, path: string): boolean {
  const [first = '', part, ...rest] = path.split('.');
  if (memberAt(config, path.split('.')) !== undefined) return false;
  const { revisedMembers = [], providedMembers = [], sourced } = row;
  const indexless = path.replaceAll(/\.\d+(?=\.|$)/g, '');
  if ([...revisedMembers, ...providedMembers].includes(indexless)) return true;
  const isRead = first === sourced?.member && sourced.read.includes(rest.at(-1) ?? '');
  return isRead && part !== undefined && hasSource(memberAt(config, [first, part]) ?? {});
}
