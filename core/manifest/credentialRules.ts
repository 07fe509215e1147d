import { asText, isJsonObject, type JsonObject } from '../json.ts';
import { memberAt } from './memberAt.ts';
import {
  describeMethod,
  GRANT_TYPE,
  supportedMethods,
  type TargetType,
  targetTypeOf,
  unsupportedMethod,
} from './outboundAuthorization.ts';
import { finding, noFindings, objectItems, type PlanRule, type RuleFinding } from './planRule.ts';

export const CREDENTIALS_MEMBER = 'credentialProviderConfigurations';

/** A rule on one of a target's credentials. */
interface CredentialRule {
  readonly id: string;
  readonly source: string;
  readonly find: (
    target: TargetType | undefined,
    credential: JsonObject,
    index: number,
  ) => readonly RuleFinding[];
}

/** In this order: of the rules that credentials violate, only the first one is reported, since the others follow. */
const rules: readonly CredentialRule[] = [
  {
    id: 'outbound-authorization-is-supported',
    source: 'developer guide and accounts: see the sources in outboundAuthorization.ts',
    find: (target, credential, index) => {
      const type = unsupportedMethod(target, credential)?.type;
      if (!target || type === undefined) return noFindings;
      const supported = supportedMethods(target);
      const isGrantTypeWrong = supported.some((method) => method.type === type);
      const grantType = memberAt(credential, GRANT_TYPE);
      return finding(
        [CREDENTIALS_MEMBER, index, ...(isGrantTypeWrong ? GRANT_TYPE : ['credentialProviderType'])],
        `${target.label} does not support ${describeMethod(type, isGrantTypeWrong ? asText(grantType) : undefined)}.`,
        supported.map((method) => describeMethod(method.type, method.grantType)).join(', or '),
      );
    },
  },
  {
    id: 'credential-provider-matches-type',
    source:
      'API reference, CredentialProviderConfiguration: credentialProvider holds the configuration of the type',
    find: (_, credential, index) => providerMismatch(credential, index),
  },
  {
    id: 'service-role-names-service',
    source: 'developer guide and service error: see signingService in outboundAuthorization.ts',
    find: (target, credential, index) =>
      target?.signingService !== undefined &&
      credential.credentialProviderType === 'GATEWAY_IAM_ROLE' &&
      memberAt(credential, ['credentialProvider', 'iamCredentialProvider']) === undefined
        ? finding(
            [CREDENTIALS_MEMBER, index],
            `${target.label} with GATEWAY_IAM_ROLE needs an iamCredentialProvider.`,
            'credentialProvider: { iamCredentialProvider: { service: <service to sign for> } }',
          )
        : noFindings,
  },
];

/** Rules on the credentials with which a gateway calls a target. */
export const credentialRules: readonly PlanRule[] = [
  {
    id: 'target-needs-credentials',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide and service error: see the sources in outboundAuthorization.ts',
    find: ({ config }) => {
      const target = targetTypeOf(config);
      // The API's constraints reject an empty list.
      return target && config[CREDENTIALS_MEMBER] === undefined && unsupportedMethod(target, undefined)
        ? finding(
            [],
            `${target.label} needs credentials.`,
            `${CREDENTIALS_MEMBER}: [{ credentialProviderType: GATEWAY_IAM_ROLE }]`,
          )
        : noFindings;
    },
  },
  ...rules.map(
    (rule): PlanRule => ({
      id: rule.id,
      kind: 'gatewayTarget',
      severity: 'error',
      source: rule.source,
      find: ({ config }) => {
        const target = targetTypeOf(config);
        return credentialsOf(config).flatMap((credential, index) => {
          const first = rules.find(({ find }) => find(target, credential, index).length > 0);
          return first === rule ? rule.find(target, credential, index) : noFindings;
        });
      },
    }),
  ),
];

/** The member of `credentialProvider` that each type has, if any. Future types are not listed. */
const PROVIDERS: Readonly<Record<string, { readonly member?: string; readonly isRequired: boolean }>> = {
  OAUTH: { member: 'oauthCredentialProvider', isRequired: true },
  API_KEY: { member: 'apiKeyCredentialProvider', isRequired: true },
  // Some types of target need it: see `signingService`.
  GATEWAY_IAM_ROLE: { member: 'iamCredentialProvider', isRequired: false },
  CALLER_IAM_CREDENTIALS: { member: 'iamCredentialProvider', isRequired: false },
  JWT_PASSTHROUGH: { isRequired: false },
};
const PROVIDER_MEMBERS = Object.values(PROVIDERS).flatMap(({ member }) => member ?? []);

function providerMismatch(credential: JsonObject, index: number): readonly RuleFinding[] {
  const { credentialProviderType: type, credentialProvider: given } = credential;
  const provider = typeof type === 'string' && Object.hasOwn(PROVIDERS, type) ? PROVIDERS[type] : undefined;
  if (provider === undefined || typeof given === 'string') return noFindings;
  const { member, isRequired } = provider;
  const expected = member === undefined ? 'no credentialProvider' : `credentialProvider: { ${member}: … }`;
  if (member !== undefined && isJsonObject(given) && given[member] !== undefined) return noFindings;
  if (isRequired)
    return finding([CREDENTIALS_MEMBER, index], `Credentials of type ${type} need an ${member}.`, expected);
  const foreign = PROVIDER_MEMBERS.find((other) => isJsonObject(given) && given[other] !== undefined);
  return foreign
    ? finding(
        [CREDENTIALS_MEMBER, index, 'credentialProvider'],
        `Credentials of type ${type} do not take an ${foreign}.`,
        expected,
      )
    : noFindings;
}

/** @returns the credentials of a target */
export function credentialsOf(config: JsonObject): readonly JsonObject[] {
  return objectItems(config[CREDENTIALS_MEMBER]);
}
