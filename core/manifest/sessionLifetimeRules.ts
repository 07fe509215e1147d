import { isJsonObject } from '../json.ts';
import type { Path } from '../problem.ts';
import { memberAt } from './memberAt.ts';
import { finding, noFindings, type PlanRule, type RuleSubject } from './planRule.ts';

/** Seconds: eight hours. Only the instances of a capacity provider may run longer; the API's constraint is theirs. */
const MICRO_VM_MAXIMUM = 28_800;

const IDLE = 'idleRuntimeSessionTimeout';
const LIFETIME = 'maxLifetime';

/** The kinds whose sessions have lifetimes, and where their configurations hold them. */
const LOCATIONS = [
  { kind: 'agentRuntime', prefix: 'agent-runtime', path: ['lifecycleConfiguration'] },
  {
    kind: 'harness',
    prefix: 'harness',
    path: ['environment', 'agentCoreRuntimeEnvironment', 'lifecycleConfiguration'],
  },
] as const satisfies readonly { kind: PlanRule['kind']; prefix: string; path: Path }[];

/** Rules on the lifetimes of sessions, which the constraints of single members do not express. */
export const sessionLifetimeRules: readonly PlanRule[] = LOCATIONS.flatMap(({ kind, prefix, path }) => [
  {
    id: `${prefix}-session-maximum`,
    kind,
    severity: 'error',
    source:
      'developer guide, lifecycle settings, and API reference, HarnessAgentCoreRuntimeEnvironmentRequest: runtimes on microVMs accept at most 28800 seconds',
    find: (subject) =>
      membersBeyondMaximum(subject, path).flatMap((member) =>
        finding(
          [...path, member],
          `"${member}" is longer than the eight hours that a microVM runs.`,
          kind === 'agentRuntime' ? '60 to 28800, or a capacityProviderConfiguration' : '60 to 28800',
        ),
      ),
  },
  {
    id: `${prefix}-session-order`,
    kind,
    severity: 'error',
    source:
      'developer guide, lifecycle settings: idleRuntimeSessionTimeout must be less than or equal to maxLifetime',
    find: (subject) => {
      const { [IDLE]: idle, [LIFETIME]: lifetime } = lifetimesOf(subject, path);
      // A value beyond the maximum is one problem, whichever order it leaves.
      if (membersBeyondMaximum(subject, path).length > 0) return noFindings;
      return typeof idle === 'number' && typeof lifetime === 'number' && idle > lifetime
        ? finding(
            [...path, IDLE],
            `"${IDLE}" is ${idle}, which is longer than "${LIFETIME}", ${lifetime}.`,
            `at most ${lifetime}`,
          )
        : noFindings;
    },
  },
]);

function lifetimesOf({ config }: RuleSubject, path: Path) {
  const lifetimes = memberAt(config, path);
  return isJsonObject(lifetimes) ? lifetimes : {};
}

/** @returns the members beyond the maximum of a microVM; none if the runtime has a capacity provider */
function membersBeyondMaximum(subject: RuleSubject, path: Path): readonly string[] {
  if (subject.config.capacityProviderConfiguration !== undefined) return [];
  const lifetimes = lifetimesOf(subject, path);
  return [IDLE, LIFETIME].filter((member) => Number(lifetimes[member]) > MICRO_VM_MAXIMUM);
}
