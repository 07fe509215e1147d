import { agentCoreCalls } from './agentCoreCalls.ts';
import type { RequiredAction } from './requiredAction.ts';
import { serviceCalls } from './serviceCalls.ts';

/**
 * Every call that Gateloop's roles make, with the actions that AWS checks for it. A test compares it with the policies of the
 * stack: each action is allowed to the roles that need it, and to no other role. `docs/permissions.md` is generated from it.
 */
export const requiredActions: readonly RequiredAction[] = [...agentCoreCalls, ...serviceCalls];
