/** What every command ends with. A code means the same with each of them. */
export const exitCodes = {
  /** Done; with `start --once`, everything is ready or waits for a person. */
  done: 0,
  failed: 1,
  /** A workspace has errors, or the command line has. Nothing was changed. */
  refused: 2,
  /** The command cannot tell the outcome: no access to AWS, overtaken by another upload, or out of time. */
  notFollowed: 3,
  awaiting: 4,
  /** Ctrl-C, or a question that was answered with no; what shells give for a process that Ctrl-C ended. */
  interrupted: 130,
} as const;

export type ExitCodeName = keyof typeof exitCodes;

/** By an error's code; any other error is a failure. */
const errorExits: Readonly<Record<string, ExitCodeName>> = {
  InvalidOption: 'refused',
  InvalidSetting: 'refused',
  FolderMissing: 'refused',
  FolderIsWorkspace: 'refused',
  FolderEmpty: 'refused',
  NotFollowed: 'notFollowed',
  AwsTrouble: 'notFollowed',
};

/** @param code of a `GateloopError`, or any error's name */
export function exitCodeOfError(code: string): number {
  return exitCodes[errorExits[code] ?? 'failed'];
}
