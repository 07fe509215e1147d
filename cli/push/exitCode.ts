import type { OutcomeName } from '../../core/outcome/outcome.ts';

/** What `npm run push` ends with; 0, 1 and 2 mean what they mean with `npm start -- --once`. */
export const exitCodes = {
  ready: 0,
  failed: 1,
  refused: 2,
  /** Not followed to the end: no access, overtaken by another upload, or out of time. */
  notFollowed: 3,
  awaiting: 4,
} as const satisfies Readonly<Record<OutcomeName | 'notFollowed', number>>;
