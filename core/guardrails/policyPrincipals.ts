import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { parseJsonWithin } from '../textBounds.ts';
import type { GuardedValue } from './guardedValues.ts';

/** Anybody, whoever it is. */
const ANYBODY = '*';

/**
 * Finds whom a resource policy lets in: the principals of its statements with the effect Allow. A statement that does not say
 * whom, or says it of all but some, lets in anybody, and so does a policy that is no JSON document with statements.
 */
export function policyPrincipals(kind: KindName, config: JsonObject): GuardedValue[] {
  const { isOnly, jsonMember = '' } = resourceKinds[kind];
  const text = config[jsonMember];
  if (!isOnly || typeof text !== 'string') return [];
  const found = new Set(statementsOf(text)?.flatMap(allowedBy) ?? [ANYBODY]);
  return [...found].map((value) => ({ guardrail: 'principals', value, path: [jsonMember] }));
}

/** An IAM policy of the greatest size, 20 KB, has some 3,000 keys and values. */
function statementsOf(text: string): JsonValue[] | undefined {
  const document = parseJsonWithin(text, { tokens: 20_000, depth: 32 });
  if (!isJsonObject(document) || document.Statement === undefined) return undefined;
  return Array.isArray(document.Statement) ? document.Statement : [document.Statement];
}

function allowedBy(statement: JsonValue): string[] {
  if (!isJsonObject(statement)) return [ANYBODY];
  if (statement.Effect === 'Deny') return [];
  const { Principal: principal } = statement;
  if (!isJsonObject(principal)) return [ANYBODY];
  const named = Object.values(principal).flat();
  return named.length === 0 ? [ANYBODY] : named.map((each) => (typeof each === 'string' ? each : ANYBODY));
}

/**
 * Whether a list lets in a principal. The number of an account stands for the account and for each principal in it.
 *
 * @param value as a policy names it: the ARN or number of an account, the ARN of a user or role, a service, or `*`
 */
export function allowsPrincipal(value: string, allowed: readonly string[]): boolean {
  if (allowed.includes(value)) return true;
  const [, account] = /^arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):[^*?]+$/.exec(value) ?? [];
  return account !== undefined && allowed.includes(account);
}
