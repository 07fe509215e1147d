import { readdirSync, readFileSync } from 'node:fs';
import validateAsl from 'asl-validator';
import { isJsonObject, type JsonObject } from '../core/manifest/json.ts';

const FOLDER = new URL('../workflows/', import.meta.url);

/** Checks every workflow: valid Amazon States Language, every state explained, no Task without Retry, Catch and time limit. */
function main(): number {
  const faults = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.asl.json'))
    .flatMap((name) => faultsIn(name));
  for (const fault of faults) console.error(fault);
  console.log(
    faults.length === 0 ? 'The workflows are in order.' : `${faults.length} faults in the workflows.`,
  );
  return faults.length === 0 ? 0 : 1;
}

function faultsIn(name: string): string[] {
  const definition = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as JsonObject;
  const { isValid, errorsText } = validateAsl(withArns(definition), { checkPaths: true, checkArn: true });
  const faults = [...(isValid ? [] : [errorsText('; ')]), ...statesOf(definition).flatMap(ruleFaults)];
  return faults.map((fault) => `${name}: ${fault}`);
}

/** Substitutions stand for ARNs, which the validator wants to see. */
function withArns(definition: JsonObject): JsonObject {
  const text = JSON.stringify(definition).replace(
    /\$\{(\w+)Arn\}/g,
    'arn:aws:lambda:us-east-1:123456789012:function:$1',
  );
  return JSON.parse(text) as JsonObject;
}

type NamedState = readonly [name: string, state: JsonObject];

function statesOf(machine: JsonObject): NamedState[] {
  if (!isJsonObject(machine.States)) return [];
  return Object.entries(machine.States).flatMap(([name, state]): NamedState[] => {
    if (!isJsonObject(state)) return [];
    const inner = [state.ItemProcessor, ...(Array.isArray(state.Branches) ? state.Branches : [])].filter(
      isJsonObject,
    );
    return [[name, state], ...inner.flatMap(statesOf)];
  });
}

function ruleFaults([name, state]: NamedState): string[] {
  const faults: string[] = [];
  if (typeof state.Comment !== 'string') faults.push(`"${name}" has no Comment that says why it is there.`);
  if (state.Type !== 'Task') return faults;
  for (const list of ['Retry', 'Catch'] as const) {
    const entries = Array.isArray(state[list]) ? state[list].filter(isJsonObject) : [];
    if (entries.length === 0) faults.push(`The Task "${name}" has no ${list}.`);
    if (entries.some((entry) => typeof entry.Comment !== 'string'))
      faults.push(`A ${list} of "${name}" has no Comment.`);
  }
  const isCall = String(state.Resource).includes('FunctionArn');
  if (isCall && state.TimeoutSeconds === undefined) faults.push(`The Task "${name}" has no TimeoutSeconds.`);
  return faults;
}

process.exitCode = main();
