import { GateloopError } from '../../../core/errors.ts';
import { BEHAVIOR_VALUES, type Behaviors } from './behaviors.ts';
import { FAULT_KINDS, type FaultRule } from './faults.ts';
import { DEFAULT_QUOTAS, type Quotas } from './quotas.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** What each member of a fault's rule must be. */
const RULE_MEMBERS: Readonly<Record<keyof FaultRule, (value: unknown) => boolean>> = {
  fault: (value) => typeof value === 'string' && value in FAULT_KINDS,
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
 * Reads switches as a person or a program gives them; text stands for booleans and numbers too.
 * @throws GateloopError `InvalidSetting` naming the switch and its values
 */
export function parseBehaviors(given: JsonObject): Partial<Behaviors> {
  const entries = Object.entries(given).map(([name, value]) => {
    const values: Readonly<Record<string, readonly unknown[] | 'milliseconds'>> = BEHAVIOR_VALUES;
    const allowed = values[name];
    if (allowed === undefined)
      throw invalidSetting(`There is no switch ${name}`, Object.keys(BEHAVIOR_VALUES));
    if (allowed === 'milliseconds') {
      if (!isNonNegative(Number(value)))
        throw invalidSetting(`The switch ${name} cannot be ${value}`, ['milliseconds']);
      return [name, Number(value)];
    }
    const found = allowed.find((candidate) => String(candidate) === String(value));
    if (found === undefined) throw invalidSetting(`The switch ${name} cannot be ${value}`, allowed);
    return [name, found];
  });
  // Every entry has just been found in the table of the type's own names and values.
  return Object.fromEntries(entries) as Partial<Behaviors>;
}

/**
 * Reads the rules of faults, as a file or a request holds them.
 * @throws GateloopError `InvalidSetting` naming the rule and the member
 */
export function parseFaults(given: unknown): FaultRule[] {
  if (!Array.isArray(given))
    throw invalidSetting('Faults are a list of rules', ['[{ "fault": "throttle" }]']);
  return given.map((rule: unknown, index) => {
    const members = Object.entries(Object(rule));
    const checks: Readonly<Record<string, (value: unknown) => boolean>> = RULE_MEMBERS;
    for (const [name, value] of members) {
      const check = checks[name];
      if (!check) throw invalidSetting(`Rule ${index} has no member ${name}`, Object.keys(RULE_MEMBERS));
      if (!check(value))
        throw invalidSetting(`${name} of rule ${index} cannot be ${JSON.stringify(value)}`, []);
    }
    if (!('fault' in Object(rule)))
      throw invalidSetting(`Rule ${index} names no fault`, Object.keys(FAULT_KINDS));
    // Every member has just been checked against the table of the type's own members.
    return rule as FaultRule;
  });
}

/**
 * Reads quotas; those that are not given keep their defaults.
 * @throws GateloopError `InvalidSetting`
 */
export function parseQuotas(given: JsonObject): Partial<Quotas> {
  for (const [name, value] of Object.entries(given)) {
    if (!(name in DEFAULT_QUOTAS))
      throw invalidSetting(`There is no quota ${name}`, Object.keys(DEFAULT_QUOTAS));
    const amounts = name === 'ratePerSecond' ? Object.values(Object(value)) : [value];
    if (!amounts.every(isNonNegative))
      throw invalidSetting(`The quota ${name} cannot be ${JSON.stringify(value)}`, []);
  }
  // Names and amounts have just been checked.
  return given as Partial<Quotas>;
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

function invalidSetting(what: string, allowed: readonly unknown[]): GateloopError {
  const hint = allowed.length > 0 ? ` Use ${allowed.join(', ')}.` : '';
  return new GateloopError('InvalidSetting', `${what}.${hint}`);
}
