/** The parts of a workspace that have screens of their own. */
export type WorkspacePart = 'timeline' | 'executions';

export function workspacePath(workspace: string, part?: WorkspacePart): string {
  const path = `/workspaces/${encodeURIComponent(workspace)}`;
  return part === undefined ? path : `${path}/${part}`;
}

/** @param execution the name of an execution of a workflow, which may hold a colon of its workspace's revision */
export function executionPath(workspace: string, workflow: string, execution: string): string {
  return `${workspacePath(workspace, 'executions')}/${workflow}/${encodeURIComponent(execution)}`;
}

/** Leads to the page where a request is answered, without saying its id. */
export function answerPath(reference: string): string {
  return `/inbox/${reference}`;
}
