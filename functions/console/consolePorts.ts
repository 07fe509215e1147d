import type { Reader, ReaderRules } from '../../core/authorization/workspaceReaders.ts';
import { GateloopError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import type { FleetReads, LedgerReads } from '../../core/ports/fleetReads.ts';
import type { AwsPlace } from './screens/awsConsole.ts';
import type { NavigationLink } from './screens/layout.ts';

/** What a deployment says about its console. */
export interface ConsoleSettings {
  /** The name of the environment, as the console shows it. */
  readonly environment: string;
  /**
   * Who sees which workspace. `everybody`: whoever reaches the console sees all, as on the developer's own machine. Without a
   * login, rules show nobody anything.
   */
  readonly readers: ReaderRules | 'everybody';
  /** Links of the navigation to pages that are not the console's own. */
  readonly links: readonly NavigationLink[];
  /** Where AWS's own console shows the same; absent where none does. */
  readonly aws?: AwsPlace;
}

export interface ConsolePorts {
  readonly reads: Omit<FleetReads, 'ledger' | 'now'> & { readonly ledger: LedgerReads };
  readonly settings: ConsoleSettings;
}

/** The workflows whose executions the console shows: each execution of them is about one workspace. */
export const shownWorkflows = ['reconcile', 'authorize', 'registry-approvals'] as const;

/** Who asks for a screen; absent where there is no login. */
export type Visitor = Reader | undefined;

/** The data that the HTTP API adds to a request. */
export interface ConsoleBindings {
  /** The time of the request, in ms since the epoch. */
  readonly now: number;
  /** The id of the request in the API's access log. */
  readonly correlation: string;
  readonly visitor?: Visitor;
}

/**
 * Reads the setting `CONSOLE`, which the deployment writes.
 *
 * @throws GateloopError `SettingInvalid`
 */
export function parseConsoleSettings(text: string): ConsoleSettings {
  const settings: unknown = JSON.parse(text);
  if (isJsonObject(settings) && 'readers' in settings && Array.isArray(settings.links))
    return settings as unknown as ConsoleSettings; // The deployment serializes this very type.
  throw new GateloopError(
    'SettingInvalid',
    'The environment variable CONSOLE does not hold the settings of the console. Deploy the function again.',
  );
}
