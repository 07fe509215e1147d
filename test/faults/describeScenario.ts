import type { Fault, Scenario, Step, WorkspaceSpec } from './scenario.ts';

/** @returns a scenario in lines that people read */
export function describeScenario({ workspaces, behaviors, trail, steps, faults }: Scenario): string {
  return [
    ...workspaces.map((spec, index) => `  team-${index}: ${describeWorkspace(spec)}`),
    `  service: ${JSON.stringify(behaviors)}${trail ? ', with a trail' : ''}`,
    ...faults.map((fault) => `  fault: ${describeFault(fault)}`),
    ...steps.map((step) => `  ${describeStep(step)}`),
  ].join('\n');
}

function describeWorkspace({ targets, extras, ...settings }: WorkspaceSpec): string {
  return `${[...targets, ...extras].join(', ')} ${JSON.stringify(settings)}`;
}

function describeStep({ after, act, workspace, target }: Step): string {
  return `after ${after} s: ${act}, workspace ${workspace}, target ${target}`;
}

function describeFault(fault: Fault): string {
  if (fault.edge === 'service') return `AgentCore ${JSON.stringify(fault.rule)}`;
  const count = `${fault.times} after the first ${fault.skip}`;
  if (fault.edge === 'delivery') {
    const late = fault.kind === 'late' ? ` by ${fault.seconds} s` : '';
    return `EventBridge: ${fault.kind}${late}, ${count} deliveries`;
  }
  const late = fault.kind === 'late' ? ` by ${fault.seconds} s` : '';
  const { kind, port = 'any port', function: name = 'any function', writesOnly } = fault;
  return `${kind}${late}: ${name} to ${port}${writesOnly ? ', writes only' : ''}, ${count} calls`;
}
