import { readdirSync } from 'node:fs';
import validateAsl from 'asl-validator';
import { exitCodes } from '../cli/exitCodes.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import {
  definitionFile,
  PARTITION_PLACEHOLDER,
  readDefinition,
  type WorkflowName,
  workflowNames,
} from '../workflows/workflowCatalog.ts';
import { keptInVain } from './docs/stateData.ts';
import { flattenStates, machinesIn, type NamedState } from './docs/stateDiagram.ts';
import { runScript } from './runScript.ts';

/**
 * Checks that every workflow is valid Amazon States Language, that every state has a name in PascalCase and a Comment with
 * its reason, that every Task has Retry, Catch and a time limit, and that no state keeps what no later state reads.
 */
function main(): number {
  const problems = [...catalogProblems(), ...workflowNames.flatMap(workflowProblems)];
  for (const problem of problems) console.error(problem);
  console.log(
    problems.length === 0 ? 'The workflows are valid.' : `${problems.length} problems in the workflows.`,
  );
  return problems.length === 0 ? exitCodes.done : exitCodes.failed;
}

/** What poll and release read of the data that they get as a whole (`parsePollEvent`), which poll itself does not replace. */
const READ_BY_FUNCTIONS = ['$.lease', '$.toolReadings'];

/** A definition outside the catalog would never be deployed. */
function catalogProblems(): string[] {
  const listed = new Set<string>(workflowNames.map(definitionFile));
  return readdirSync(new URL('../workflows/', import.meta.url))
    .filter((file) => file.endsWith('.asl.json') && !listed.has(`workflows/${file}`))
    .map((file) => `workflows/${file}: workflowCatalog.ts does not list it.`);
}

function workflowProblems(name: WorkflowName): string[] {
  const definition = JSON.parse(readDefinition(name)) as JsonObject; // A definition is a JSON object by its format.
  const { isValid, errorsText } = validateAsl(withSubstitutedArns(definition), {
    checkPaths: true,
    checkArn: true,
  });
  const problems = [
    ...(isValid ? [] : [errorsText('; ')]),
    ...flattenStates(definition).flatMap(stateProblems),
    ...machinesIn(definition).flatMap((states) => keptInVain(states, READ_BY_FUNCTIONS)),
  ];
  return problems.map((problem) => `${definitionFile(name)}: ${problem}`);
}

/** The validator expects an ARN where a definition has a placeholder. */
function withSubstitutedArns(definition: JsonObject): JsonObject {
  const text = JSON.stringify(definition)
    .replaceAll(`\${${PARTITION_PLACEHOLDER}}`, 'aws')
    .replace(/\$\{(\w+)Arn\}/g, 'arn:aws:lambda:us-east-1:123456789012:function:$1');
  return JSON.parse(text) as JsonObject;
}

function stateProblems([name, state]: NamedState): string[] {
  const problems: string[] = [];
  if (!/^([A-Z][a-z]+)+\??$/.test(name)) problems.push(`The name "${name}" is not in PascalCase.`);
  if (typeof state.Comment !== 'string') problems.push(`"${name}" has no Comment with its reason.`);
  if (state.Type !== 'Task') return problems;
  for (const list of ['Retry', 'Catch'] as const) {
    const entries = Array.isArray(state[list]) ? state[list].filter(isJsonObject) : [];
    if (entries.length === 0) problems.push(`The Task "${name}" has no ${list}.`);
    if (entries.some((entry) => typeof entry.Comment !== 'string'))
      problems.push(`A ${list} of "${name}" has no Comment.`);
  }
  const callsFunction = String(state.Resource).includes('FunctionArn');
  if (callsFunction && state.TimeoutSeconds === undefined)
    problems.push(`The Task "${name}" has no TimeoutSeconds.`);
  return problems;
}

await runScript({
  name: 'check:workflows',
  summary: 'check the rules of the workflow definitions',
  exits: { done: 'the workflows are valid', failed: 'a workflow has problems' },
  run: main,
});
