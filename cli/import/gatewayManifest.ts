import { Document } from 'yaml';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { defined } from '../../core/objects.ts';
import type { KindName } from '../../core/resources/resourceKind.ts';
import { resourceKinds } from '../../core/resources/resourceKinds.ts';

/** A resource as a manifest names it, without `adopt`. */
export interface ImportedResource {
  readonly name: string;
  readonly config: JsonObject;
}

/** The kinds of credential provider. */
export type ProviderKind = Extract<KindName, 'oauth2CredentialProvider' | 'apiKeyCredentialProvider'>;

/** A credential provider that a target uses. */
export interface ImportedProvider extends ImportedResource {
  readonly kind: ProviderKind;
  readonly arn: string;
}

export interface ImportedGateway extends ImportedResource {
  /** Without those of Gateloop and of AWS. */
  readonly tags: Readonly<Record<string, string>>;
  readonly targets: readonly ImportedResource[];
  /** Those that become a part of the manifest. */
  readonly providers: readonly ImportedProvider[];
}

/** Longer lines are harder to compare in a diff than folded ones. */
const LINE_WIDTH = 110;

/** @returns the text of `manifest.yaml` */
export function gatewayManifest(gateway: ImportedGateway, owner: string | undefined): string {
  const { name, tags, targets, providers } = gateway;
  const references = new Map(
    providers.map(({ kind, name: provider, arn }) => [
      arn,
      `\${${resourceKinds[kind].section}.${provider}.credentialProviderArn}`,
    ]),
  );
  const document = new Document({
    ...(owner !== undefined && { owners: { default: { email: owner } } }),
    ...Object.fromEntries(
      Object.entries(Object.groupBy(providers, ({ kind }) => resourceKinds[kind].section)).map(
        ([section, each = []]) => [
          section,
          Object.fromEntries(each.map((provider) => [provider.name, adopted(provider)])),
        ],
      ),
    ),
    gateways: {
      [name]: {
        ...adopted(gateway),
        ...defined({ tags: Object.keys(tags).length > 0 ? tags : undefined }),
        targets: Object.fromEntries(
          targets.map((target) => [target.name, withReferences(adopted(target), references)]),
        ),
      },
    },
  });
  document.commentBefore = ` The gateway ${name}, as AWS had it. "adopt" has no effect once the workspace owns a resource.`;
  return document.toString({ lineWidth: LINE_WIDTH, blockQuote: 'literal' });
}

function adopted({ config }: ImportedResource): JsonObject {
  return { adopt: true, ...config };
}

/** Puts references in place of the ARNs of resources of the manifest. */
function withReferences(value: JsonObject, references: ReadonlyMap<string, string>): JsonObject {
  const replace = (each: JsonValue): JsonValue => {
    if (typeof each === 'string') return references.get(each) ?? each;
    if (Array.isArray(each)) return each.map(replace);
    return isJsonObject(each) ? withReferences(each, references) : each;
  };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replace(member)]));
}
