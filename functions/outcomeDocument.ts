/** Where the last outcome of a workspace stands in the spec bucket, for people and tools that ask how things are. */
export function outcomeKey(workspace: string): string {
  return `outcomes/${workspace}.json`;
}
