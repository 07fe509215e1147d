import type { ShapeCatalog } from '../../core/api/shapes.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { KindName } from '../../core/resources/resourceKind.ts';
import { resourceKinds, WORKSPACE_TAG } from '../../core/resources/resourceKinds.ts';

/** Adds the workspace's tag to the tags of the manifest, where the API takes tags at creation. */
export function withWorkspaceTag(
  kind: KindName,
  config: JsonObject,
  workspace: string,
  catalog: ShapeCatalog,
): JsonObject {
  const input = catalog.operation(resourceKinds[kind].operations.create)?.input;
  if (!input?.members.has('tags')) return config;
  const { tags } = config;
  return { ...config, tags: { ...(isJsonObject(tags) ? tags : {}), [WORKSPACE_TAG]: workspace } };
}

/**
 * Has the browser return to Gateloop's pages after a person's consent, unless the manifest names another URL. The URL of
 * the pages belongs to the deployment and not to the workspace, so that it is no part of the fingerprint.
 */
export function withReturnUrl(config: JsonObject, authorizationUrl: string): JsonObject {
  const { credentialProviderConfigurations, descriptors } = config;
  const url = `${authorizationUrl}/authorizations/return`;
  return {
    ...config,
    ...(Array.isArray(credentialProviderConfigurations) && {
      credentialProviderConfigurations: credentialProviderConfigurations.map((each: JsonValue) =>
        withUrl(each, 'defaultReturnUrl', url),
      ),
    }),
    // The sources of a registry record are anywhere below its descriptors.
    ...(descriptors !== undefined && { descriptors: inSources(descriptors, url) }),
  };
}

function inSources(value: JsonValue, url: string): JsonValue {
  if (Array.isArray(value)) return value.map((each: JsonValue) => withUrl(each, 'returnUrl', url));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inSources(member, url)]));
}

function withUrl(configuration: JsonValue, member: 'defaultReturnUrl' | 'returnUrl', url: string): JsonValue {
  if (!isJsonObject(configuration) || !isJsonObject(configuration.credentialProvider)) return configuration;
  const { credentialProvider } = configuration;
  const { oauthCredentialProvider: oauth } = credentialProvider;
  if (!isJsonObject(oauth) || oauth.grantType !== 'AUTHORIZATION_CODE' || oauth[member] !== undefined)
    return configuration;
  return {
    ...configuration,
    credentialProvider: { ...credentialProvider, oauthCredentialProvider: { ...oauth, [member]: url } },
  };
}
