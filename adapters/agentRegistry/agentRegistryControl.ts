import { createAggregatedClient } from '@smithy/core/client';
import { AgentRegistryControlClient } from './agentRegistryControlClient.ts';
import * as commands from './commands.ts';

type Commands = typeof commands;

/** One method for each command: `createRegistry(input)` sends a `CreateRegistryCommand`. */
type Methods = {
  [K in keyof Commands as K extends `${infer Name}Command`
    ? Uncapitalize<Name>
    : never]: Commands[K] extends new (
    input: infer I,
  ) => { resolveMiddleware: (...rest: never[]) => (...rest: never[]) => Promise<{ output: infer O }> }
    ? (input: I) => Promise<O>
    : never;
};

// The methods are made below, as in the SDK's clients.
export interface AgentRegistryControl extends Methods {}
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the SDK declares its clients so
export class AgentRegistryControl extends AgentRegistryControlClient {}
createAggregatedClient({ ...commands }, AgentRegistryControl);
