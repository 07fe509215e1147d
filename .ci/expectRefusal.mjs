import { readFileSync } from 'node:fs';

/**
 * Fails unless the start ended with code 2 and every workspace has its problems: a manifest with mistakes is refused as a
 * whole, and a target with a mistake in its schema alone. No target is made.
 */
const [, , file, code] = process.argv;
const { workspaces, calls } = JSON.parse(readFileSync(file, 'utf8'));
const all = Object.values(workspaces);
const targets = all.flatMap(({ resources }) => resources).filter(({ kind }) => kind === 'gatewayTarget');
const isExpected =
  code === '2' &&
  all.every(({ problems }) => problems.length > 0) &&
  all.filter(({ outcome }) => outcome === 'refused').length === 2 &&
  targets.length > 0 &&
  targets.every(({ state }) => state === 'refused') &&
  !('CreateGatewayTarget' in calls);
if (!isExpected) {
  console.error(`exit code ${code}`, JSON.stringify({ workspaces, calls }, null, 2));
  process.exit(1);
}
console.log(`${all.length} workspaces and ${targets.length} targets refused, no target made`);
