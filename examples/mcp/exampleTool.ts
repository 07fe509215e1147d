import type { Tool } from '@modelcontextprotocol/sdk/types.js';

/** A tool of an example server: its description and its implementation. */
export interface ExampleTool extends Tool {
  /**
   * @param input the client's arguments; the tool validates those that it uses
   * @returns the result for the agent; the server serializes it as JSON
   * @throws Error whose message says what is wrong with the input
   */
  readonly call: (input: Readonly<Record<string, unknown>>) => unknown;
}

/** Reads a string input, trimmed. @throws Error that names the input if it is not a string, or blank */
export function stringInput(input: Readonly<Record<string, unknown>>, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw new Error(`"${name}" must be text.`);
}

/** Reads an integer input. @throws Error that names the input if it is no integer from `minimum` to `maximum` */
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
