import { invalid } from './serviceError.ts';

/** A rule of the service that no constraint of a single field states. */
export interface Rule<Input> {
  /** The field that the error names. */
  readonly field: string;
  readonly message: string;
  readonly isViolated: (input: Input) => boolean;
}

/** The condition that gateways and registries share (pages of CreateGateway and CreateRegistry). */
export const JWT_AUTHORIZER_RULE: Rule<{
  readonly authorizerType?: string;
  readonly authorizerConfiguration?: object;
}> = {
  field: 'authorizerConfiguration',
  message: 'AuthorizerConfiguration is required when the authorizer type is CUSTOM_JWT',
  isViolated: ({ authorizerType, authorizerConfiguration }) =>
    authorizerType === 'CUSTOM_JWT' && !authorizerConfiguration,
};

/** @throws ServiceError ValidationException that names every violated rule */
export function checkRules<Input>(rules: readonly Rule<Input>[], input: Input): void {
  const violated = rules.filter((rule) => rule.isViolated(input));
  if (violated.length === 0) return;
  throw invalid(
    violated.map(({ message }) => message).join('; '),
    ...violated.map(({ field, message }) => ({ name: field, message })),
  );
}
