import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { ruleArn } from '../account.ts';
import { AwsError } from '../http/awsError.ts';
import type { BusEvent } from './busEvent.ts';

/** The target of a rule or a schedule. It receives the event itself unless one of the three inputs is set. */
export type Target = (
  | { readonly kind: 'stateMachine'; readonly name: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'outbox'; readonly topic: string; readonly subject?: string }
  | { readonly kind: 'log'; readonly name: string }
) &
  TargetInput;

export interface TargetInput {
  /** A constant. */
  readonly input?: JsonValue;
  /** A part of the event, such as `$.detail`. */
  readonly inputPath?: string;
  readonly inputTransformer?: InputTransformer;
}

/** EventBridge's input transformer: paths give the variables that the template names as `<name>`. */
export interface InputTransformer {
  readonly inputPathsMap?: Readonly<Record<string, string>>;
  readonly inputTemplate: string;
}

export interface Rule {
  readonly name: string;
  /** The bus that the rule is on, such as `default`; every bus if absent. */
  readonly bus?: string;
  readonly pattern: JsonValue;
  readonly targets: readonly Target[];
}

/**
 * The input of a target for an event.
 * @throws AwsError when the result of a template is not JSON
 */
export function targetInput(selection: TargetInput, event: BusEvent, rule: string): JsonValue {
  if (selection.input !== undefined) return selection.input;
  if (selection.inputPath !== undefined) return valueAt(event, selection.inputPath) ?? null;
  if (selection.inputTransformer) return transform(selection.inputTransformer, event, rule);
  return event;
}

function transform(
  { inputPathsMap = {}, inputTemplate }: InputTransformer,
  event: BusEvent,
  rule: string,
): JsonValue {
  const variables: Record<string, JsonValue> = {
    'aws.events.rule-name': rule,
    'aws.events.rule-arn': ruleArn(rule),
    'aws.events.event': withoutDetail(event),
    'aws.events.event.json': event,
    'aws.events.event.ingestion-time': event.time,
  };
  for (const [name, path] of Object.entries(inputPathsMap)) variables[name] = valueAt(event, path) ?? '';
  const text = fillTemplate(inputTemplate, variables);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AwsError(
      'InvalidInput',
      `The input template of rule ${rule} does not give JSON: ${String(error)}`,
    );
  }
}

/** `<aws.events.event>` leaves the detail out, as AWS documents; `<aws.events.event.json>` is the whole. */
function withoutDetail({ detail: _, ...rest }: BusEvent): JsonObject {
  return rest;
}

/** Replaces the variables of a template: with JSON outside quotes, with plain text inside. */
export function fillTemplate(template: string, variables: Readonly<Record<string, JsonValue>>): string {
  let quoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/g, (found, name?: string) => {
    if (found === '"') quoted = !quoted;
    if (name === undefined) return found;
    const value = variables[name];
    if (value === undefined) return found;
    if (!quoted) return JSON.stringify(value);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });
}

/** Follows a path of names and indices, such as `$.detail.object.key` or `$.resources[0]`. */
export function valueAt(value: JsonValue, path: string): JsonValue | undefined {
  if (path !== '$' && !/^\$[.[]/.test(path)) {
    throw new AwsError('ValidationException', `${path} is not a path; paths start with $.`);
  }
  let found: JsonValue | undefined = value;
  for (const [, name, index, quoted] of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']+)'\]/g)) {
    if (index !== undefined) found = Array.isArray(found) ? found[Number(index)] : undefined;
    else found = isJsonObject(found) ? found[name ?? quoted ?? ''] : undefined;
  }
  return found;
}
