import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { logger } from '../runtime/observability.ts';
import { openPages, PAGE } from './testing/openPages.ts';

/**
 * Two people with a browser each, and a forger around one request. Each of the three knows the link of the request and
 * every link of the service that was handed out; the forger has others consent, who were sent there by nobody else. A
 * person who consents at a link that is not theirs comes back at once: where that callback never arrives, Gateloop cannot
 * know of the consent, as the threat model says.
 */
const PEOPLE = ['ada', 'bob', 'forger'] as const;
type Person = (typeof PEOPLE)[number];

/** A person who never opened the pages. */
const STRANGER = 'stranger';

type Step =
  /** Clicks the button, and is redirected to the provider, where there is a link. */
  | { readonly do: 'begin'; readonly who: Person }
  /** Consents at the link that the own browser was redirected to last, and does not come back yet. */
  | { readonly do: 'consent'; readonly who: 'ada' | 'bob' }
  /** Consents at the link that was handed out last, to whomever, and comes back at once in the own browser. */
  | { readonly do: 'trick'; readonly who: 'ada' | 'bob' | typeof STRANGER }
  /** Opens the callback of the session that was handed out last, or of the one before. */
  | { readonly do: 'return'; readonly who: Person; readonly isOlder: boolean }
  /** The service issues a new link for the target, which does not end the links before. */
  | { readonly do: 'renew' };

const steps: readonly Step[] = [
  { do: 'begin', who: 'ada' },
  { do: 'begin', who: 'bob' },
  { do: 'begin', who: 'forger' },
  { do: 'consent', who: 'ada' },
  { do: 'consent', who: 'bob' },
  { do: 'trick', who: STRANGER },
  { do: 'trick', who: 'ada' },
  { do: 'return', who: 'ada', isOlder: false },
  { do: 'return', who: 'bob', isOlder: false },
  { do: 'return', who: 'forger', isOlder: false },
  { do: 'return', who: 'forger', isOlder: true },
  { do: 'renew' },
];

const titleOf = (step: Step) => ('who' in step ? `${step.do} ${step.who}` : step.do);

/** Runs the steps. @returns who consented to each session that the service completed, and who had begun it */
async function run(sequence: readonly Step[]) {
  const { send, click, issueLink, callBack, authorizationSessions, request } = openPages();
  const cookies = new Map<string, string>();
  /** The sessions that were handed out, the latest last, each with the person who was redirected with it. */
  const handedOut = new Map<string, Person>();
  const consentedBy = new Map<string, string>();
  const completed: { readonly consent: string; readonly beganBy: string }[] = [];
  let links = 1;
  const latest = (isOlder = false) => [...handedOut.keys()].at(isOlder ? -2 : -1);
  const comeBack = async (session: string | undefined, who: string) => {
    if (session === undefined) return;
    const before = authorizationSessions.stateOf(session);
    await callBack(cookies.get(who), `session_id=${session}`);
    if (before === 'granted' && authorizationSessions.stateOf(session) === 'completed')
      completed.push({ consent: consentedBy.get(session) ?? '', beganBy: who });
  };
  const grant = (session: string | undefined, who: string) => {
    if (session === undefined || authorizationSessions.stateOf(session) !== 'open') return;
    authorizationSessions.end(session, 'granted');
    consentedBy.set(session, who);
  };
  for (const step of sequence) {
    switch (step.do) {
      case 'begin': {
        cookies.set(step.who, (await click(cookies.get(step.who))) || (cookies.get(step.who) ?? ''));
        const { location } = await send('GET', `${PAGE}/go`, { cookie: cookies.get(step.who) });
        const session = location?.startsWith('https:') && new URL(location).searchParams.get('request_uri');
        if (!session) break;
        handedOut.delete(session);
        handedOut.set(session, step.who);
        break;
      }
      case 'consent':
        grant([...handedOut].findLast(([, person]) => person === step.who)?.[0], step.who);
        break;
      case 'trick': {
        const session = latest();
        grant(session, step.who);
        await comeBack(session, step.who);
        break;
      }
      case 'return':
        await comeBack(latest(step.isOlder), step.who);
        break;
      case 'renew':
        links += 1;
        if (request().state === 'open') issueLink(`s${links}`);
        break;
    }
  }
  return { completed, state: request().state };
}

describe('two people, two browsers and a forger', () => {
  beforeAll(() => {
    vi.spyOn(logger, 'warn').mockImplementation(() => {});
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });

  /** A consent that counts for another person than the one who gave it. */
  const misused = async (sequence: readonly Step[]) =>
    (await run(sequence)).completed.filter(({ consent, beganBy }) => consent !== beganBy);

  it('a consent counts only for the person who began it, in all interleavings of four steps that a forger begins', async () => {
    const sequences = (length: number): readonly Step[][] =>
      length === 0 ? [[]] : sequences(length - 1).flatMap((each) => steps.map((step) => [...each, step]));
    const begun: Step = { do: 'begin', who: 'forger' };
    for (const rest of sequences(3)) {
      const title = rest.map(titleOf).join(', ');
      expect(await misused([begun, ...rest]), title).toEqual([]);
    }
  }, 120_000);

  it('a consent counts only for the person who began it, in longer interleavings', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...steps), { minLength: 5, maxLength: 14 }),
        async (sequence) => {
          expect(await misused(sequence)).toEqual([]);
        },
      ),
      { numRuns: 300, seed: 14 },
    );
  }, 60_000);

  it('a person who begins and consents alone completes the request', async () => {
    const alone = await run([
      { do: 'begin', who: 'ada' },
      { do: 'consent', who: 'ada' },
      { do: 'return', who: 'ada', isOlder: false },
    ]);
    expect(alone).toEqual({ completed: [{ consent: 'ada', beganBy: 'ada' }], state: 'completed' });
  });
});
