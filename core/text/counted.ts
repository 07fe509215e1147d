/** @returns a number with its noun, such as `1 target` and `2 targets`, whose plural takes an s */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
