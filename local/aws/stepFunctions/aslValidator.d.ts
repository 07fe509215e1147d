declare module 'asl-validator' {
  /** Checks a definition against the Amazon States Language. */
  export default function validate(
    definition: object,
    options?: { checkPaths?: boolean; checkArn?: boolean },
  ): { readonly isValid: boolean; errorsText(separator?: string): string };
}
