import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { defined } from '../objects.ts';
import type { Path } from '../problem.ts';
import type { KindName } from '../resources/resourceKind.ts';

/** The path of an MCP server in a target's configuration. */
export const MCP_SERVER: Path = ['targetConfiguration', 'mcp', 'mcpServer'];

/** The input of a rule. */
export interface RuleSubject {
  /** The key of the resource in its section. */
  readonly name: string;
  readonly config: JsonObject;
  /** The configuration of a target's gateway. */
  readonly parent?: JsonObject;
}

export interface RuleFinding {
  /** The path within the configuration. */
  readonly path: Path;
  readonly message: string;
  readonly expected?: string;
}

/** A rule of the service that its shapes do not express. Gateloop checks it before it calls the service. */
export interface PlanRule {
  readonly id: string;
  readonly kind: KindName;
  readonly severity: 'error' | 'warning';
  readonly source: string;
  readonly find: (subject: RuleSubject) => readonly RuleFinding[];
}

export const noFindings: readonly RuleFinding[] = [];

export function finding(path: Path, message: string, expected?: string): readonly RuleFinding[] {
  return [defined({ path, message, expected })];
}

/** @returns the mappings of a list; any other item becomes an empty mapping, so that indexes stay the same */
export function objectItems(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map((item: JsonValue) => (isJsonObject(item) ? item : {})) : [];
}
