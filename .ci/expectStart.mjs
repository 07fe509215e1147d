import { readFileSync } from 'node:fs';

/** Fails unless the start succeeded, and its result has five ready targets, one that awaits authorization, and no other. */
const result = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const targets = Object.values(result.workspaces)
  .flatMap(({ resources }) => resources)
  .filter(({ kind }) => kind === 'gatewayTarget');
const count = (state) => targets.filter((target) => target.state === state).length;
if (!result.ok || count('ready') !== 5 || count('awaiting-authorization') !== 1 || targets.length !== 6) {
  console.error(JSON.stringify(result, null, 2));
  process.exit(1);
}
console.log(
  `5 targets ready, 1 awaiting authorization, ${result.transitions} transitions, ${result.seconds} s`,
);
