import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionName } from '../functions/functionCatalog.ts';
import { packageRoot } from './packageRoot.ts';

/**
 * Every workflow: a state machine that `workflows/<name>.asl.json` defines in Amazon States Language. The deployment, the
 * embedded AWS, the checks and the diagrams read this one list.
 */
export const workflowNames = ['reconcile', 'authorize', 'registry-approvals', 'resync'] as const;
export type WorkflowName = (typeof workflowNames)[number];

/** @returns the path of the definition, relative to `packageRoot` */
export function definitionFile(name: WorkflowName): string {
  return `workflows/${name}.asl.json`;
}

/** @returns the definition's JSON text; placeholders such as `${PollFunctionArn}` are not replaced */
export function readDefinition(name: WorkflowName): string {
  return readFileSync(join(packageRoot, definitionFile(name)), 'utf8');
}

/** The placeholder that stands for the partition of the account, such as `aws-us-gov`. */
export const PARTITION_PLACEHOLDER = 'Partition';

/** @returns the placeholder that stands for a function's ARN, such as `RegistryApprovalsFunctionArn` */
export function functionPlaceholder(name: FunctionName): string {
  return `${pascalCase(name)}FunctionArn`;
}

/** @returns the placeholder that stands for a state machine's ARN, such as `AuthorizeStateMachineArn` */
export function stateMachinePlaceholder(name: WorkflowName): string {
  return `${pascalCase(name)}StateMachineArn`;
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
