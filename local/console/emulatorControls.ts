import { GateloopError } from '../../core/errors.ts';
import type { AgentCore } from '../agentcore/server.ts';
import { parseBehaviors, parseFaults } from '../agentcore/settings/parseSettings.ts';

type Form = Readonly<Record<string, unknown>>;

/**
 * Sets the emulator's switches as a form says.
 *
 * @throws GateloopError `InvalidSetting`
 */
export function setBehaviors(agentCore: AgentCore, form: Form): void {
  agentCore.setBehaviors(parseBehaviors(form));
}

/** The fields of a fault that hold a number. */
const NUMBERS: ReadonlySet<string> = new Set(['probability', 'times', 'after', 'factor', 'delay']);

/**
 * Adds a fault to those that are injected. The counts of the others begin anew.
 *
 * @throws GateloopError `InvalidSetting`
 */
export function addFault(agentCore: AgentCore, form: Form): void {
  const given = Object.entries(form).filter(([, value]) => value !== '');
  const rule = Object.fromEntries(
    given.map(([name, value]) => [name, NUMBERS.has(name) ? Number(value) : value]),
  );
  const { rules } = agentCore.service.context.faults;
  agentCore.setFaults(parseFaults([...rules, rule]));
}

/**
 * Removes a fault by its number in the list, or all.
 *
 * @throws GateloopError `InvalidSetting`
 */
export function removeFaults(agentCore: AgentCore, { index }: Form): void {
  const { rules } = agentCore.service.context.faults;
  if (index === 'all') {
    agentCore.setFaults([]);
    return;
  }
  if (typeof index !== 'string' || rules[Number(index)] === undefined)
    throw new GateloopError('InvalidSetting', 'There is no such fault any more. Load the page again.');
  agentCore.setFaults(rules.filter((_, each) => each !== Number(index)));
}
