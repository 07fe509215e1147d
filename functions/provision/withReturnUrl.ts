import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';

/**
 * Has browsers come back to Gateloop's own pages after a person's consent, where the manifest names no other place.
 * Where the pages are is a matter of the deployment and not of what is wanted, so that it is no part of a fingerprint.
 */
export function withReturnUrl(config: JsonObject, authorizationUrl: string): JsonObject {
  const { credentialProviderConfigurations: configurations } = config;
  if (!Array.isArray(configurations)) return config;
  return {
    ...config,
    credentialProviderConfigurations: configurations.map((each: JsonValue) =>
      withDefaultReturnUrl(each, authorizationUrl),
    ),
  };
}

function withDefaultReturnUrl(configuration: JsonValue, authorizationUrl: string): JsonValue {
  if (!isJsonObject(configuration) || !isJsonObject(configuration.credentialProvider)) return configuration;
  const { credentialProvider } = configuration;
  const { oauthCredentialProvider: oauth } = credentialProvider;
  if (
    !isJsonObject(oauth) ||
    oauth.grantType !== 'AUTHORIZATION_CODE' ||
    oauth.defaultReturnUrl !== undefined
  )
    return configuration;
  const defaultReturnUrl = `${authorizationUrl}/authorizations/return`;
  return {
    ...configuration,
    credentialProvider: { ...credentialProvider, oauthCredentialProvider: { ...oauth, defaultReturnUrl } },
  };
}
