import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { ruleArn } from '../account.ts';
import { AwsError } from '../http/awsError.ts';
import type { BusEvent } from './busEvent.ts';
import type { InputTransformer, TargetInput } from './target.ts';

/**
 * What a target gets for an event.
 * @throws AwsError when a template does not give JSON
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

/** Puts variables where the template names them: as JSON outside of quotes, as bare text inside. */
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
