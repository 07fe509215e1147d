import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import validateAsl from 'asl-validator';
import validator from 'asl-validator/package.json' with { type: 'json' };
import { GateloopError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { packageRoot } from '../../../workflows/packageRoot.ts';
import { stateMachineArn } from '../account.ts';
import { type LibraryState, toLibraryState } from './libraryDefinition.ts';

/** The cache is shared between processes, as bundles are: the validator takes a second to load. */
const CACHE = join(packageRoot, 'node_modules/.cache/gateloop/definitions');

/** Caches which definitions are valid, by their text and the version of the validator. */
const validationCache = {
  has: (definition: string): boolean => existsSync(validationFile(definition)),
  add(definition: string): void {
    try {
      mkdirSync(CACHE, { recursive: true });
      writeFileSync(validationFile(definition), '');
    } catch {
      // Without a cache, definitions are validated at each start.
    }
  },
};

/** The definition of a state machine, with the members that CDK deploys to AWS. */
export interface StateMachineDefinition {
  readonly name: string;
  /** Amazon States Language. */
  readonly definition: JsonObject;
  /** Values for `${Name}` in the definition, as CDK's `definitionSubstitutions`. */
  readonly substitutions?: Readonly<Record<string, string>>;
}

/** A state machine ready to run. */
export interface Machine {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** After substitution. */
  readonly definition: JsonObject;
  readonly startAt: string;
  readonly timeoutSeconds: number | undefined;
  readonly states: ReadonlyMap<string, LibraryState>;
}

/** @throws GateloopError `InvalidStateMachine`, naming the problem and its place */
export function createMachine({ name, definition, substitutions = {} }: StateMachineDefinition): Machine {
  const substituted = substitute(name, definition, substitutions);
  validate(name, substituted);
  const states = isJsonObject(substituted.States) ? Object.entries(substituted.States) : [];
  return {
    name,
    arn: stateMachineArn(name),
    roleArn: `arn:aws:iam::123456789012:role/${name}`,
    definition: substituted,
    startAt: String(substituted.StartAt),
    timeoutSeconds: typeof substituted.TimeoutSeconds === 'number' ? substituted.TimeoutSeconds : undefined,
    states: new Map(states.map(([state, body]) => [state, toMachineState(name, state, body)])),
  };
}

function validate(name: string, definition: JsonObject): void {
  const text = JSON.stringify(definition);
  if (validationCache.has(text)) return;
  const { isValid, errorsText } = validateAsl(definition, { checkPaths: true, checkArn: true });
  if (!isValid) throw invalid(name, errorsText('; '));
  validationCache.add(text);
}

function toMachineState(machine: string, state: string, body: JsonValue): LibraryState {
  if (!isJsonObject(body)) throw invalid(machine, `state ${state} is not an object`);
  try {
    return toLibraryState(state, body);
  } catch (error) {
    throw invalid(machine, error instanceof Error ? error.message : String(error));
  }
}

function substitute(
  name: string,
  definition: JsonObject,
  values: Readonly<Record<string, string>>,
): JsonObject {
  const missing = new Set<string>();
  const text = JSON.stringify(definition).replace(/\$\{([\w.:-]+)\}/g, (placeholder, key: string) => {
    const value = values[key];
    if (value === undefined) missing.add(key);
    return value === undefined ? placeholder : JSON.stringify(value).slice(1, -1);
  });
  if (missing.size > 0) throw invalid(name, `no substitution is given for ${[...missing].join(', ')}`);
  return JSON.parse(text);
}

function invalid(name: string, problem: string): GateloopError {
  return new GateloopError('InvalidStateMachine', `State machine ${name} cannot run: ${problem}.`, {
    details: { stateMachine: name },
  });
}

function validationFile(definition: string): string {
  return join(CACHE, createHash('sha256').update(validator.version).update(definition).digest('hex'));
}
