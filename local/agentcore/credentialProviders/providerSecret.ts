import { createHash } from 'node:crypto';
import type { SecretReference, SecretSourceType } from '@aws-sdk/client-bedrock-agentcore-control';
import { defined } from '../../../core/objects.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import type { Checked } from '../operation.ts';
import { checkRules, type Rule } from '../rules.ts';

/** What a request says about a provider's secret. */
export interface SecretInput {
  readonly secret: string | undefined;
  /** The client's own secret in Secrets Manager. */
  readonly config: Checked<SecretReference> | undefined;
  readonly source: SecretSourceType | undefined;
}

/** Where a provider's secret is. The emulator stores no secret. */
export interface StoredSecret {
  /** Whether the service stores the secret, or the client refers to one in Secrets Manager. */
  readonly secretSource: SecretSourceType;
  readonly secretArn: string;
  readonly secretJsonKey?: string;
}

/** How a kind of provider names its secret. */
export interface SecretKind {
  /** The names of the members in requests. */
  readonly members: Readonly<Record<keyof SecretInput, string>>;
  /** The path of the members' structure in errors, with a dot at its end; empty for the request itself. */
  readonly prefix: string;
  /** The part of the secret's name that the service chooses, such as `oauth2/github`. */
  readonly path: string;
  /** Whether a managed secret needs a value in each request. */
  readonly isRequired: boolean;
}

interface RuleInput extends SecretInput {
  readonly newSource: SecretSourceType;
  readonly previous: StoredSecret | undefined;
  readonly isRequired: boolean;
}

/** Secrets Manager appends a hyphen and six letters to a name. */
const SUFFIX_LENGTH = 6;
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * The place of a provider's secret after a create or an update. An update may change the source in both directions, as
 * the console does; one that names neither source nor secret keeps them.
 * @param previous the place before an update
 * @throws ServiceError ValidationException
 */
export function secretOf(
  context: EmulatorContext,
  kind: SecretKind,
  input: SecretInput,
  previous?: StoredSecret,
): StoredSecret {
  const { secret, config, source } = input;
  const isUnnamed = secret === undefined && config === undefined;
  if (
    previous &&
    isUnnamed &&
    !kind.isRequired &&
    (source ?? previous.secretSource) === previous.secretSource
  ) {
    const { secretSource, secretArn, secretJsonKey } = previous;
    return defined({ secretSource, secretArn, secretJsonKey });
  }
  const newSource = source ?? 'MANAGED';
  checkRules(rulesOf(kind), { ...input, newSource, previous, isRequired: kind.isRequired });
  if (newSource === 'MANAGED' || !config) {
    const isKept = previous?.secretSource === 'MANAGED';
    return {
      secretSource: 'MANAGED',
      secretArn: isKept ? previous.secretArn : newSecretArn(context, kind.path),
    };
  }
  return {
    secretSource: 'EXTERNAL',
    secretArn: arnOfExternal(context, config.secretId),
    secretJsonKey: config.jsonKey,
  };
}

/** Source of the first rule: the pages of the structures. The others are guesses about members that contradict each other. */
function rulesOf({ members, prefix }: SecretKind): readonly Rule<RuleInput>[] {
  const rule = (
    member: keyof SecretInput,
    text: string,
    isViolated: Rule<RuleInput>['isViolated'],
  ): Rule<RuleInput> => ({
    field: `${prefix}${members[member]}`,
    message: `${members[member]} ${text}`,
    isViolated,
  });
  return [
    rule(
      'config',
      `is required when ${members.source} is EXTERNAL`,
      ({ newSource, config }) => newSource === 'EXTERNAL' && !config,
    ),
    rule(
      'config',
      `is supported only when ${members.source} is EXTERNAL`,
      ({ newSource, config }) => newSource === 'MANAGED' && config !== undefined,
    ),
    rule(
      'secret',
      `is supported only when ${members.source} is MANAGED`,
      ({ newSource, secret }) => newSource === 'EXTERNAL' && secret !== undefined,
    ),
    rule(
      'secret',
      `is required when ${members.source} is MANAGED`,
      ({ newSource, secret, config, previous, isRequired }) =>
        newSource === 'MANAGED' &&
        secret === undefined &&
        config === undefined &&
        (isRequired || previous?.secretSource === 'EXTERNAL'),
    ),
  ];
}

/** The ARN of a new secret in which the service stores a provider's credential. */
function newSecretArn(context: EmulatorContext, path: string): string {
  const suffix = context.random.ids.text(SUFFIX_LENGTH, LETTERS);
  return `${secretsOf(context)}bedrock-agentcore-identity!default/${path}-${suffix}`;
}

/** The ARN of a client's secret. A name gets the same suffix each time. */
function arnOfExternal(context: EmulatorContext, secretId: string): string {
  if (secretId.startsWith('arn:')) return secretId;
  const suffix = createHash('sha256').update(secretId).digest('hex').slice(0, SUFFIX_LENGTH);
  return `${secretsOf(context)}${secretId}-${suffix}`;
}

function secretsOf({ region, account }: EmulatorContext): string {
  return `arn:aws:secretsmanager:${region}:${account}:secret:`;
}
