import { GateloopError } from '../../../core/errors.ts';
import { isJsonObject } from '../../../core/json.ts';
import { BEHAVIOR_VALUES, type Behaviors } from './behaviors.ts';
import { FAULT_KINDS, type FaultRule } from './faults.ts';
import { DEFAULT_LATENCIES, type Latencies, type Latency } from './latencies.ts';
import { DEFAULT_QUOTAS, type Quotas } from './quotas.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** The settings of the emulator that a file can hold. Members that are absent keep their defaults. */
export interface EmulatorSettings {
  readonly behaviors?: Partial<Behaviors>;
  readonly latencies?: Latencies;
  readonly quotas?: Partial<Quotas>;
  readonly faults?: readonly FaultRule[];
}

/** The parser of each member of a settings file. */
const SETTINGS = {
  behaviors: (json: unknown) => parseBehaviors(objectOf('behaviors', json)),
  latencies: (json: unknown) => parseLatencies(objectOf('latencies', json)),
  quotas: (json: unknown) => parseQuotas(objectOf('quotas', json)),
  faults: parseFaults,
} satisfies { [K in keyof EmulatorSettings]-?: (json: unknown) => EmulatorSettings[K] };

/** The check of each member of a fault rule. */
const RULE_MEMBERS: Readonly<Record<keyof FaultRule, (value: unknown) => boolean>> = {
  fault: (value) => typeof value === 'string' && Object.hasOwn(FAULT_KINDS, value),
  operation: isString,
  resource: isPattern,
  probability: (value) => isNonNegative(value) && Number(value) <= 1,
  after: isNonNegative,
  times: isNonNegative,
  when: (value) => value === 'before' || value === 'after',
  error: isString,
  message: isString,
  factor: isNonNegative,
  delay: isNonNegative,
  reason: isString,
};

/**
 * Parses a settings file: behaviors, latencies, quotas and faults.
 * @throws GateloopError `InvalidSetting` that names the member and its values
 */
export function parseSettings(json: unknown): EmulatorSettings {
  const parsers: Readonly<Record<string, (json: unknown) => unknown>> = SETTINGS;
  const entries = Object.entries(objectOf('the file', json)).map(([name, value]) => {
    const parse = parsers[name];
    if (!parse) throw invalidSetting(`There is no setting ${name}`, Object.keys(SETTINGS));
    return [name, parse(value)];
  });
  // SETTINGS has just parsed every member.
  return Object.fromEntries(entries) as EmulatorSettings;
}

/**
 * Parses the latencies to change, in simulated milliseconds: `{"CreateGateway": {"min": 500, "max": 900}}`.
 * @throws GateloopError `InvalidSetting` that names the operation
 */
export function parseLatencies(json: JsonObject): Latencies {
  for (const [name, value] of Object.entries(json)) {
    const [operation = ''] = name.split('/');
    if (!(operation in DEFAULT_LATENCIES))
      throw invalidSetting(
        `There is no latency ${name}`,
        Object.keys(DEFAULT_LATENCIES).filter((known) => !known.includes('/')),
      );
    if (!isLatency(value))
      throw invalidSetting(`The latency ${name} cannot be ${JSON.stringify(value)}`, [
        '{ "min": 500, "max": 900 }',
        '{ "median": 700, "p99": 4000 } in milliseconds',
      ]);
  }
  // The loop has just checked every name and latency.
  return json as Latencies;
}

/**
 * Parses behaviors. A value may be text, as on the command line, for a boolean or a number too.
 * @throws GateloopError `InvalidSetting` that names the behavior and its values
 */
export function parseBehaviors(json: JsonObject): Partial<Behaviors> {
  const entries = Object.entries(json).map(([name, value]) => {
    const values: Readonly<Record<string, readonly unknown[] | 'milliseconds'>> = BEHAVIOR_VALUES;
    const allowed = Object.hasOwn(values, name) ? values[name] : undefined;
    if (allowed === undefined)
      throw invalidSetting(`There is no behavior ${name}`, Object.keys(BEHAVIOR_VALUES));
    // JSON text, because an object from JSON may not convert to a string.
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (allowed === 'milliseconds') {
      if (text.trim() === '' || !isNonNegative(Number(text)))
        throw invalidSetting(`The behavior ${name} cannot be ${text}`, ['milliseconds']);
      return [name, Number(text)];
    }
    const found = allowed.find((candidate) => String(candidate) === text);
    if (found === undefined) throw invalidSetting(`The behavior ${name} cannot be ${text}`, allowed);
    return [name, found];
  });
  // BEHAVIOR_VALUES has just confirmed every name and value.
  return Object.fromEntries(entries) as Partial<Behaviors>;
}

/**
 * Parses the fault rules of a file or a request.
 * @throws GateloopError `InvalidSetting` that names the rule and the member
 */
export function parseFaults(json: unknown): FaultRule[] {
  if (!Array.isArray(json))
    throw invalidSetting('Faults must be a list of rules', ['[{ "fault": "throttle" }]']);
  return json.map((rule: unknown, index) => {
    const members = Object.entries(Object(rule));
    const checks: Readonly<Record<string, (value: unknown) => boolean>> = RULE_MEMBERS;
    for (const [name, value] of members) {
      const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
      if (!check) throw invalidSetting(`Rule ${index} has no member ${name}`, Object.keys(RULE_MEMBERS));
      if (!check(value))
        throw invalidSetting(`${name} of rule ${index} cannot be ${JSON.stringify(value)}`, []);
    }
    if (!Object.hasOwn(Object(rule), 'fault'))
      throw invalidSetting(`Rule ${index} names no fault`, Object.keys(FAULT_KINDS));
    // RULE_MEMBERS has just confirmed every member.
    return rule as FaultRule;
  });
}

/**
 * Parses the quotas to change.
 * @throws GateloopError `InvalidSetting` that names the quota
 */
export function parseQuotas(json: JsonObject): Partial<Quotas> {
  for (const [name, value] of Object.entries(json)) {
    if (!Object.hasOwn(DEFAULT_QUOTAS, name))
      throw invalidSetting(`There is no quota ${name}`, Object.keys(DEFAULT_QUOTAS));
    const amounts =
      name !== 'ratePerSecond' ? [value] : isJsonObject(value) ? Object.values(value) : undefined;
    if (!amounts?.every(isNonNegative))
      throw invalidSetting(`The quota ${name} cannot be ${JSON.stringify(value)}`, []);
  }
  // The loop has just checked every name and amount.
  return json as Partial<Quotas>;
}

/** Uniform between two bounds, or log-normal, whose median has to be above 0. */
function isLatency(value: unknown): value is Latency {
  const { min, max, median, p99, ...others } = Object(value);
  if (Object.keys(others).length > 0) return false;
  if (median === undefined && p99 === undefined)
    return isNonNegative(min) && isNonNegative(max) && min <= max;
  return min === undefined && max === undefined && isNonNegative(p99) && median > 0 && median <= p99;
}

function objectOf(name: string, json: unknown): JsonObject {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as JsonObject;
  throw invalidSetting(`A JSON object is expected for ${name}, not ${JSON.stringify(json)}`, []);
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isNonNegative(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}

function isPattern(value: unknown): boolean {
  try {
    return typeof value === 'string' && Boolean(new RegExp(value));
  } catch {
    return false;
  }
}

function invalidSetting(problem: string, allowed: readonly unknown[]): GateloopError {
  const hint = allowed.length > 0 ? ` Use ${allowed.join(', ')}.` : '';
  return new GateloopError('InvalidSetting', `${problem}.${hint}`);
}
