import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Path } from '../problem.ts';
import type { KindName } from '../resources/resourceKind.ts';

/** What a rule looks at. */
export interface RuleSubject {
  readonly config: JsonObject;
  /** The configuration of the gateway that a target belongs to. */
  readonly parent?: JsonObject;
}

export interface RuleFinding {
  /** Within the configuration. */
  readonly path: Path;
  readonly message: string;
  readonly expected?: string;
}

/** A rule of the service that its shapes do not tell, found out before anything is touched. */
export interface PlanRule {
  readonly id: string;
  readonly kind: KindName;
  readonly severity: 'error' | 'warning';
  readonly source: string;
  readonly find: (subject: RuleSubject) => readonly RuleFinding[];
}

export const noFindings: readonly RuleFinding[] = [];

export function finding(path: Path, message: string, expected?: string): readonly RuleFinding[] {
  return [{ path, message, ...(expected !== undefined && { expected }) }];
}

/** @returns the mappings of a list. Keeps the places of what is no mapping, so that indexes stay true. */
export function objectItems(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map((item: JsonValue) => (isJsonObject(item) ? item : {})) : [];
}
