/** A Lambda function as the embedded AWS runs it. */
export interface FunctionDefinition {
  readonly name: string;
  /** The TypeScript file that exports `handler`; relative to the working directory unless absolute. */
  readonly entry: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Real seconds, whatever the clock's speed: they bound what code takes. Lambda's default is 3. */
  readonly timeoutSeconds?: number;
  /** Bounds the JavaScript heap. Lambda's default is 128. */
  readonly memoryMb?: number;
}

export const DEFAULT_TIMEOUT_SECONDS = 3;
export const DEFAULT_MEMORY_MB = 128;
