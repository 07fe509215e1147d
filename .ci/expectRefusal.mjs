import { readFileSync } from 'node:fs';

/** Fails unless the start ended with code 2, every workspace is refused with its problems, and Gateloop made no call. */
const [, , file, code] = process.argv;
const { workspaces, calls } = JSON.parse(readFileSync(file, 'utf8'));
const refused = Object.values(workspaces).every(
  ({ outcome, problems }) => outcome === 'refused' && problems.length > 0,
);
if (code !== '2' || !refused || Object.keys(calls).length > 0) {
  console.error(`exit code ${code}`, JSON.stringify({ workspaces, calls }, null, 2));
  process.exit(1);
}
console.log(`${Object.keys(workspaces).length} workspaces refused, no calls`);
