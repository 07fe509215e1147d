/** The exit codes. Each code has the same meaning in every command. */
export const exitCodes = {
  /** Success; with `start --once`, every workspace is ready or waits for a person. */
  done: 0,
  failed: 1,
  /** A workspace or the command line has errors, or names nothing that exists. Nothing was changed. */
  refused: 2,
  /** The command does not know the outcome: no access to AWS, a later upload by another user, or a timeout. */
  notFollowed: 3,
  awaiting: 4,
  /** A resource was changed outside Gateloop, and is not reverted. */
  drifted: 5,
  /** A change is due, but operators have suspended all changes. */
  suspended: 6,
  /** With `plan --detailed-exitcode`: a change is due. Terraform says 2, which means `refused` here. */
  changes: 7,
  /** Ctrl-C, or a declined confirmation: 128 + SIGINT (2), as shells report it. */
  interrupted: 130,
} as const;

export type ExitCodeName = keyof typeof exitCodes;

/** What each code means in every command. */
export const exitCodeMeanings: Readonly<Record<ExitCodeName, string>> = {
  done: 'done; every resource is ready',
  failed: 'something failed',
  refused:
    'refused: a workspace or the command line has errors, or names what does not exist. Nothing was changed',
  notFollowed:
    'the outcome is not known: no access, no such bucket, no npm start, a later upload by another user, or the time is up',
  awaiting: 'Gateloop waits for a person',
  drifted: 'a resource was changed outside Gateloop, and is not reverted',
  suspended: 'a change is due, but operators have suspended all changes',
  changes:
    'with --detailed-exitcode of plan: something would change. Terraform says 2, which means refused here',
  interrupted: 'Ctrl-C, or a question that was answered with no',
};

/** Exit codes by error code; any other error means `failed`. */
const errorExits: Readonly<Record<string, ExitCodeName>> = {
  InvalidOption: 'refused',
  InvalidSetting: 'refused',
  NotAllowed: 'refused',
  NotDeployed: 'refused',
  UnknownWorkspace: 'refused',
  CannotRollBack: 'refused',
  FolderExists: 'refused',
  FolderMissing: 'refused',
  InvalidDeployment: 'refused',
  AccountLimit: 'refused',
  CdkMissing: 'refused',
  FolderIsWorkspace: 'refused',
  FolderEmpty: 'refused',
  NotFollowed: 'notFollowed',
  AwsTrouble: 'notFollowed',
};

/** @param code the code of a `GateloopError`, or the name of another error */
export function exitCodeOfError(code: string): number {
  return exitCodes[errorExits[code] ?? 'failed'];
}
