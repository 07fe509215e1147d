/** @returns what `parseArgs` has to say, without its advice in further sentences or lines, which does not help here */
export function typedWrongly(error: unknown): string {
  const [first = ''] = String(error instanceof Error ? error.message : error).split(/\.\s|\.?\n/);
  return first.replace(/\.$/, '');
}
