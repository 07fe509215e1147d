import type { NavigationLink } from '../../functions/console/screens/layout.ts';

/** What the console has on this machine only, after its own screens. */
export const localLinks: readonly NavigationLink[] = [
  { label: 'Outbox', path: '/outbox' },
  { label: 'Emulator', path: '/emulator' },
];

/** How the console names the environment that runs on this machine. */
export const CONSOLE_ENVIRONMENT = 'on this machine';
