import { createHandler as authorizationPages } from '../../functions/authorization-pages/createHandler.ts';
import { createHandler as collect } from '../../functions/collect/createHandler.ts';
import { createHandler as consoleScreens } from '../../functions/console/createHandler.ts';
import type { FunctionName } from '../../functions/functionCatalog.ts';
import { createHandler as notify } from '../../functions/notify/createHandler.ts';
import { createHandler as poll } from '../../functions/poll/createHandler.ts';
import { createHandler as provision } from '../../functions/provision/createHandler.ts';
import { createHandler as registryApprovals } from '../../functions/registry-approvals/createHandler.ts';
import { createHandler as release } from '../../functions/release/createHandler.ts';
import { createHandler as schedule } from '../../functions/schedule/createHandler.ts';
import { createHandler as sync } from '../../functions/sync/createHandler.ts';
import { createHandler as trigger } from '../../functions/trigger/createHandler.ts';
import { createHandler as watchTools } from '../../functions/watch-tools/createHandler.ts';
import type { Handler } from '../aws/lambda/runHandler.ts';

/** The ports of all functions. */
export type Ports = Parameters<typeof poll>[0] &
  Parameters<typeof provision>[0] &
  Parameters<typeof sync>[0] &
  Parameters<typeof release>[0] &
  Parameters<typeof notify>[0] &
  Parameters<typeof schedule>[0] &
  Parameters<typeof trigger>[0] &
  Parameters<typeof collect>[0] &
  Parameters<typeof registryApprovals>[0] &
  Parameters<typeof authorizationPages>[0] &
  Parameters<typeof consoleScreens>[0] &
  Parameters<typeof watchTools>[0];

/** Makes the handler of each function from ports, for functions that run in this process. */
export const createHandlers: Readonly<Record<FunctionName, (ports: Ports) => Handler>> = {
  poll,
  provision,
  sync,
  release,
  notify,
  schedule,
  trigger,
  collect,
  'registry-approvals': registryApprovals,
  'authorization-pages': authorizationPages,
  console: consoleScreens,
  'watch-tools': watchTools,
};
