import { hashId } from '../../core/authorization/hashId.ts';
import type { RequestState } from '../../core/authorization/request.ts';
import { isJsonObject } from '../../core/json.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { WriteLogEntry } from '../../local/agentcore/dispatcher.ts';
import type { Behaviors } from '../../local/agentcore/settings/behaviors.ts';
import { linksIn, type System } from '../system/system.ts';
import type { Browser, Page } from './browser.ts';
import { ConsentFixture } from './consentFixture.ts';
import { CLIENT_SECRET } from './consentManifest.ts';

/** An action of a person, the service or the environment. */
export type ScenarioAction =
  /** A person opens the latest link, or the first one, clicks the button, and follows the page. */
  | { readonly do: 'click'; readonly person: number; readonly old: boolean }
  /** A person clicks the button, consents at the provider, and returns. */
  | { readonly do: 'consent'; readonly person: number; readonly times: number }
  /** A person who reached the provider grants or denies consent there. */
  | { readonly do: 'grant' | 'deny'; readonly person: number }
  /** Another person consents at the link that `person` was redirected to, and comes back in their own browser. */
  | { readonly do: 'trick'; readonly person: number }
  /** The provider's redirect for `person` arrives in the browser of the person `as`, `times` times at once. */
  | { readonly do: 'openCallback'; readonly person: number; readonly as: number; readonly times: number }
  | { readonly do: 'pass'; readonly minutes: number }
  | { readonly do: 'reconcile' }
  | { readonly do: 'refuse' | 'again'; readonly person: number }
  | { readonly do: 'upload'; readonly version: number }
  | { readonly do: 'consentInConsole' }
  /** The next invocation of a function does all its work, and then fails. */
  | { readonly do: 'crash'; readonly function: 'authorization-pages' | 'notify' | 'poll' | 'provision' }
  /** The service completes the next session, and its response is lost. */
  | { readonly do: 'loseCompletionResponse' };

/** The state of a request at the end of a run. */
export interface FinalState {
  readonly state: RequestState;
  /** The outcomes in `Authorization Closed` events, in order. */
  readonly closedOutcomes: readonly string[];
  /** How many sessions the service completed while the request was open. */
  readonly completions: number;
  readonly taskToken: string | undefined;
}

interface Person {
  readonly browser: Browser;
  /** The provider's URL to which Gateloop redirected them. */
  providerUrl?: string;
  /** The callback URL to which the provider redirects them. */
  callbackUrl?: string;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** How long a person waits for a page that refreshes itself, in seconds. */
const MAX_REFRESH_SECONDS = 20;
/** Each week closes one request. Without an upload, at most this many follow each other. */
const MAX_WEEKS = 3;

/** One workspace and two people, with everything that the system writes while they act. */
export class RequestScenario {
  readonly #fixture: ConsentFixture;
  readonly #people: readonly Person[];
  readonly #links = new Set<string>();
  readonly #secrets = new Set([CLIENT_SECRET]);
  readonly #pages: Page[] = [];
  /** Completions of consents in the AWS console. */
  readonly #consoleCompletions = new Set<WriteLogEntry>();
  readonly #since: number;
  /** The callback URLs of people who consented to what another person had begun. */
  readonly #tricked = new Set<string>();
  /** How often the service completed a session to which another person than the one who began it had consented. */
  misuses = 0;

  private constructor(fixture: ConsentFixture) {
    this.#fixture = fixture;
    this.#people = [{ browser: fixture.browser() }, { browser: fixture.browser() }];
    this.#since = fixture.gateloop.clock.now();
  }

  static async start(system: System<Ledger>, behaviors: Partial<Behaviors>): Promise<RequestScenario> {
    return new RequestScenario(await ConsentFixture.start({ system, behaviors }));
  }

  async perform(action: ScenarioAction): Promise<void> {
    await this.#dispatch(action);
    await this.#fixture.settle();
    await this.#collectSecrets();
  }

  async #dispatch(action: ScenarioAction): Promise<void> {
    const { agentCore, aws } = this.#fixture.gateloop;
    switch (action.do) {
      case 'click':
        return this.#click(this.#person(action.person), action.old);
      case 'consent': {
        const person = this.#person(action.person);
        await this.#click(person, false);
        this.#decide(person, 'grant');
        return this.#openCallback(person.browser, person.callbackUrl, action.times);
      }
      case 'grant':
      case 'deny':
        return this.#decide(this.#person(action.person), action.do);
      case 'openCallback':
        return this.#openCallback(
          this.#person(action.as).browser,
          this.#person(action.person).callbackUrl,
          action.times,
        );
      case 'trick':
        return this.#trick(this.#person(action.person));
      case 'pass':
        return this.#fixture.advance(action.minutes * MINUTE);
      case 'reconcile':
        return this.#fixture.reconcile();
      case 'refuse':
      case 'again':
        this.#pages.push(
          await this.#person(action.person).browser.submit(`${this.#link(false)}/${action.do}`),
        );
        return;
      case 'upload':
        return this.#fixture.upload(this.#fixture.manifest('', `https://mcp.example.com/v${action.version}`));
      case 'consentInConsole':
        return this.#consentInConsole();
      case 'crash':
        return aws.functions.dropResponses(action.function);
      case 'loseCompletionResponse':
        return agentCore.setFaults([
          { fault: 'disconnect', operation: 'CompleteResourceTokenAuth', when: 'after', times: 1 },
        ]);
    }
  }

  async #click(person: Person, isOld: boolean): Promise<void> {
    const { browser } = person;
    browser.providerUrl = undefined;
    const page = await browser.submit(this.#link(isOld));
    this.#pages.push(await this.#fixture.followRefreshes(browser, page, MAX_REFRESH_SECONDS));
    if (browser.providerUrl !== undefined) person.providerUrl = browser.providerUrl;
  }

  #decide(person: Person, decision: 'grant' | 'deny'): void {
    if (person.providerUrl === undefined) return;
    try {
      person.callbackUrl = this.#fixture.gateloop.agentCore.consent(person.providerUrl, decision).href;
    } catch (error) {
      // The link expired or was used: the provider shows an error and does not call back.
      if (!(error instanceof RangeError)) throw error;
    }
  }

  async #trick({ providerUrl }: Person): Promise<void> {
    if (providerUrl === undefined) return;
    const victim: Person = { browser: this.#fixture.browser(), providerUrl };
    this.#decide(victim, 'grant');
    if (victim.callbackUrl === undefined) return;
    this.#tricked.add(victim.callbackUrl);
    await this.#openCallback(victim.browser, victim.callbackUrl, 1);
    const person = this.#people.find((each) => each.providerUrl === providerUrl);
    // The holder of the link knows the session.
    if (person) person.callbackUrl = victim.callbackUrl;
  }

  async #openCallback(browser: Browser, callbackUrl: string | undefined, times: number): Promise<void> {
    if (callbackUrl === undefined) return;
    const before = this.#completions().length;
    const pages = await Promise.all(Array.from({ length: times }, () => browser.open(callbackUrl)));
    this.#pages.push(...pages);
    const [first] = pages;
    if (first) this.#pages.push(await this.#fixture.followRefreshes(browser, first, MAX_REFRESH_SECONDS));
    if (this.#tricked.has(callbackUrl) && this.#completions().length > before) this.misuses += 1;
  }

  async #consentInConsole(): Promise<void> {
    const before = new Set(this.#completions());
    // Without a pending consent, the console has nothing to complete.
    await this.#fixture.consentInConsole().catch(() => {});
    for (const each of this.#completions()) if (!before.has(each)) this.#consoleCompletions.add(each);
  }

  /** Lets time pass until every request must have closed. */
  async runToEnd(): Promise<void> {
    this.#fixture.gateloop.agentCore.setFaults([]);
    for (const name of ['authorization-pages', 'notify', 'poll', 'provision'])
      this.#fixture.gateloop.aws.functions.dropResponses(name, 0);
    // Gateloop applies a change that waited for a pending operation now, and it needs another consent.
    for (
      let weeks = 0;
      weeks < MAX_WEEKS && (weeks === 0 || (await this.openRequests()).length > 0);
      weeks += 1
    ) {
      await this.#fixture.advance(8 * DAY);
      await this.#fixture.settle();
      await this.#collectSecrets();
    }
  }

  /** Collects the secrets so far, because later steps replace them. */
  async #collectSecrets(): Promise<void> {
    for (const link of linksIn(this.#fixture.messages())) this.#links.add(link);
    for (const { browser, providerUrl, callbackUrl } of this.#people) {
      for (const value of browser.cookies.values()) this.#secrets.add(value);
      for (const url of [providerUrl, callbackUrl].filter((each) => each !== undefined)) {
        const { searchParams } = new URL(url);
        const session = searchParams.get('request_uri') ?? searchParams.get('session_id');
        if (session !== null) this.#secrets.add(session);
      }
    }
    for (const link of this.#links) {
      const known = await this.#fixture.ledger.readRequest(hashId(idOf(link)));
      const { taskToken, attempts = [] } = known?.request ?? {};
      for (const secret of [taskToken, ...attempts.map(({ userId }) => userId)])
        if (secret !== undefined) this.#secrets.add(secret);
    }
  }

  async openRequests(): Promise<readonly string[]> {
    const requests = await Promise.all(
      [...this.#links].map((link) => this.#fixture.ledger.readRequest(hashId(idOf(link)))),
    );
    return requests.flatMap((known) =>
      known?.request.state === 'open' || known?.request.state === 'completing'
        ? [known.request.reference]
        : [],
    );
  }

  async finalStates(): Promise<readonly FinalState[]> {
    const states: FinalState[] = [];
    for (const link of this.#links) {
      const reference = hashId(idOf(link));
      const known = await this.#fixture.ledger.readRequest(reference);
      if (!known) throw new Error('the ledger does not have the request of a link in a message');
      const { state, askedAt, closedAt = Number.POSITIVE_INFINITY, taskToken } = known.request;
      const closedOutcomes = this.#fixture
        .closedEvents()
        .filter(({ request }) => request === reference)
        .map(({ outcome }) => String(outcome));
      const completions = this.#completions()
        .filter((each) => !this.#consoleCompletions.has(each))
        .filter(({ at }) => at >= askedAt && at <= closedAt).length;
      states.push({ state, closedOutcomes, completions, taskToken });
    }
    return states;
  }

  /** The calls that completed a session. */
  #completions(): readonly WriteLogEntry[] {
    return this.#fixture.gateloop.agentCore
      .writes()
      .filter(({ operation, status, at }) => operation === COMPLETE && status < 300 && at >= this.#since);
  }

  /** Executions that have not succeeded. */
  unfinished(): readonly string[] {
    const { aws } = this.#fixture.gateloop;
    return aws.stateMachines
      .list()
      .filter(({ input }) => isJsonObject(input) && JSON.stringify(input).includes(this.#fixture.workspace))
      .filter(({ status }) => status !== 'SUCCEEDED')
      .map(({ machine, name, status }) => `${machine} ${name}: ${status}`);
  }

  /** The places that contain a secret, or a link where links are not allowed. */
  leaks(): readonly string[] {
    const { aws } = this.#fixture.gateloop;
    const ids = [...this.#links].map(idOf);
    const logs = aws.functions.log.entries().filter(({ at }) => at >= this.#since);
    const executions = aws.stateMachines.list().filter(({ startedAt }) => startedAt >= this.#since);
    const written: Readonly<Record<string, unknown>> = {
      logs,
      messages: this.#fixture.messages(),
      pages: this.#pages.map(({ headers, html }) => [html, [...headers]]),
      announcements: this.#fixture.events.filter((event) => event['detail-type'] === AUTHORIZATION_REQUIRED),
      events: this.#fixture.events.filter((event) => event['detail-type'] !== AUTHORIZATION_REQUIRED),
      executions: executions.map(({ name, input, output, error, cause }) => [
        name,
        input,
        output,
        error,
        cause,
      ]),
    };
    return Object.entries(written).flatMap(([where, what]) => {
      const text = JSON.stringify(what);
      const mayHoldLinks = ['messages', 'pages', 'announcements'].includes(where);
      const forbidden = [...this.#secrets, ...(mayHoldLinks ? [] : ids)];
      return forbidden
        .flatMap((secret) => [secret, encodeURIComponent(secret)])
        .filter((secret) => text.includes(secret))
        .map((secret) => `${where}: ${secret}`);
    });
  }

  close(): Promise<void> {
    return this.#fixture.close();
  }

  #person(index: number): Person {
    const person = this.#people[index];
    if (!person) throw new Error(`there is no person ${index}`);
    return person;
  }

  #link(isOld: boolean): string {
    const [oldest] = this.#links;
    return (isOld ? oldest : undefined) ?? this.#fixture.link();
  }
}

const COMPLETE = 'CompleteResourceTokenAuth';
const AUTHORIZATION_REQUIRED = 'Authorization Required';

function idOf(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}
