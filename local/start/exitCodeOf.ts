import type { Result } from './result.ts';

/** The exit code of `--once`: refused input weighs more than what failed, since somebody must correct it. */
export function exitCodeOf({ workspaces }: Pick<Result, 'workspaces'>): 0 | 1 | 2 {
  const outcomes = Object.values(workspaces).map(({ outcome }) => outcome);
  if (outcomes.includes('refused')) return 2;
  return outcomes.some((outcome) => outcome === 'failed' || outcome === 'unknown') ? 1 : 0;
}
