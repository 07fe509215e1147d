import type { Tool } from '@modelcontextprotocol/sdk/types.js';

/** A tool of an example server: what it says of itself, and what it does. */
export interface ExampleTool extends Tool {
  /**
   * @param input as the client sent it; a tool checks what it uses
   * @returns what is told to the agent, as JSON
   * @throws Error whose message says what is wrong with the input
   */
  readonly call: (input: Readonly<Record<string, unknown>>) => unknown;
}

/** @throws Error naming the input where it is no text */
export function stringInput(input: Readonly<Record<string, unknown>>, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw new Error(`"${name}" must be text.`);
}

/** @throws Error naming the input where it is no whole number within the bounds, both included */
export function integerInput(
  input: Readonly<Record<string, unknown>>,
  name: string,
  minimum: number,
  maximum: number,
): number {
  const value = input[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum)
    return value;
  throw new Error(`"${name}" must be a whole number from ${minimum} to ${maximum}.`);
}
