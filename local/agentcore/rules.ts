import type { AuthorizerConfiguration } from '@aws-sdk/client-bedrock-agentcore-control';
import { invalid } from './serviceError.ts';

/** A rule of the service that no constraint of a single field states. */
export interface Rule<Input> {
  /** The field that the error names. */
  readonly field: string;
  readonly message: string;
  readonly isViolated: (input: Input) => boolean;
}

/** The condition that gateways and registries share (pages of CreateGateway and CreateRegistry). */
const JWT_AUTHORIZER_RULE: Rule<{
  readonly authorizerType?: string;
  readonly authorizerConfiguration?: object;
}> = {
  field: 'authorizerConfiguration',
  message: 'AuthorizerConfiguration is required when the authorizer type is CUSTOM_JWT',
  isViolated: ({ authorizerType, authorizerConfiguration }) =>
    authorizerType === 'CUSTOM_JWT' && !authorizerConfiguration,
};

interface Authorized {
  readonly authorizerConfiguration?: AuthorizerConfiguration;
}

/** The operators of each type of claim, with the members of `claimMatchValue` that each takes. */
const CLAIM_OPERATORS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  STRING: { EQUALS: ['matchValueString'] },
  STRING_ARRAY: {
    // The page of ClaimMatchValueType names a list, AWS's CDK sends a string.
    CONTAINS: ['matchValueString', 'matchValueStringList'],
    CONTAINS_ANY: ['matchValueStringList'],
  },
};

const claimsOf = ({ authorizerConfiguration }: Authorized) =>
  authorizerConfiguration?.customJWTAuthorizer?.customClaims ?? [];

/** Source: page of ClaimMatchValueType and AWS's CDK (`CustomClaimOperator`); the text is a guess. */
const CLAIMS_FIELD = 'authorizerConfiguration.customJWTAuthorizer.customClaims';
export const CUSTOM_CLAIM_RULES: readonly Rule<Authorized>[] = [
  {
    field: CLAIMS_FIELD,
    message:
      'A custom claim of type STRING supports the operator EQUALS only, one of type STRING_ARRAY supports CONTAINS and CONTAINS_ANY',
    isViolated: (input) =>
      claimsOf(input).some(({ inboundTokenClaimValueType: type, authorizingClaimMatchValue: match }) => {
        const operators = CLAIM_OPERATORS[type ?? ''];
        return operators !== undefined && !((match?.claimMatchOperator ?? '') in operators);
      }),
  },
  {
    field: CLAIMS_FIELD,
    message: 'EQUALS needs a matchValueString, CONTAINS_ANY needs a matchValueStringList',
    isViolated: (input) =>
      claimsOf(input).some(({ inboundTokenClaimValueType: type, authorizingClaimMatchValue: match }) => {
        const values = CLAIM_OPERATORS[type ?? '']?.[match?.claimMatchOperator ?? ''];
        return values !== undefined && !values.some((member) => member in Object(match?.claimMatchValue));
      }),
  },
];

/** The rules of gateways and registries, whose authorizers have a type. */
export const AUTHORIZER_RULES = [JWT_AUTHORIZER_RULE, ...CUSTOM_CLAIM_RULES];

/** @throws ServiceError ValidationException that names every violated rule */
export function checkRules<Input>(rules: readonly Rule<Input>[], input: Input): void {
  const violated = rules.filter((rule) => rule.isViolated(input));
  if (violated.length === 0) return;
  throw invalid(
    violated.map(({ message }) => message).join('; '),
    ...violated.map(({ field, message }) => ({ name: field, message })),
  );
}
