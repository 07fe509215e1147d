import { readdirSync, readFileSync } from 'node:fs';
import validateAsl from 'asl-validator';
import { isJsonObject, type JsonObject } from '../core/json.ts';

const FOLDER = new URL('../workflows/', import.meta.url);

/** Checks every workflow: valid Amazon States Language, every state explained, no Task without Retry, Catch and time limit. */
function main(): number {
  const problems = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.asl.json'))
    .flatMap((name) => workflowProblems(name));
  for (const problem of problems) console.error(problem);
  console.log(
    problems.length === 0 ? 'The workflows are in order.' : `${problems.length} faults in the workflows.`,
  );
  return problems.length === 0 ? 0 : 1;
}

function workflowProblems(name: string): string[] {
  const definition = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as JsonObject;
  const { isValid, errorsText } = validateAsl(withSubstitutedArns(definition), {
    checkPaths: true,
    checkArn: true,
  });
  const problems = [
    ...(isValid ? [] : [errorsText('; ')]),
    ...flattenStates(definition).flatMap(ruleProblems),
  ];
  return problems.map((fault) => `${name}: ${fault}`);
}

/** Substitutions stand for ARNs, which the validator wants to see. */
function withSubstitutedArns(definition: JsonObject): JsonObject {
  const text = JSON.stringify(definition).replace(
    /\$\{(\w+)Arn\}/g,
    'arn:aws:lambda:us-east-1:123456789012:function:$1',
  );
  return JSON.parse(text) as JsonObject;
}

type NamedState = readonly [name: string, state: JsonObject];

function flattenStates(machine: JsonObject): NamedState[] {
  if (!isJsonObject(machine.States)) return [];
  return Object.entries(machine.States).flatMap(([name, state]): NamedState[] => {
    if (!isJsonObject(state)) return [];
    const inner = [state.ItemProcessor, ...(Array.isArray(state.Branches) ? state.Branches : [])].filter(
      isJsonObject,
    );
    return [[name, state], ...inner.flatMap(flattenStates)];
  });
}

function ruleProblems([name, state]: NamedState): string[] {
  const problems: string[] = [];
  if (typeof state.Comment !== 'string') problems.push(`"${name}" has no Comment that says why it is there.`);
  if (state.Type !== 'Task') return problems;
  for (const list of ['Retry', 'Catch'] as const) {
    const entries = Array.isArray(state[list]) ? state[list].filter(isJsonObject) : [];
    if (entries.length === 0) problems.push(`The Task "${name}" has no ${list}.`);
    if (entries.some((entry) => typeof entry.Comment !== 'string'))
      problems.push(`A ${list} of "${name}" has no Comment.`);
  }
  const isCall = String(state.Resource).includes('FunctionArn');
  if (isCall && state.TimeoutSeconds === undefined)
    problems.push(`The Task "${name}" has no TimeoutSeconds.`);
  return problems;
}

process.exitCode = main();
