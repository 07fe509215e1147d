import { referenceOf } from '../../core/authorization/reference.ts';
import type { RequestState } from '../../core/authorization/request.ts';
import { isJsonObject } from '../../core/manifest/json.ts';
import type { Write } from '../../local/agentcore/dispatch.ts';
import type { Switches } from '../../local/agentcore/settings/switches.ts';
import type { Gateloop } from '../../local/gateloop.ts';
import type { Browser, Shown } from './browser.ts';
import { Scene, SECRET } from './scene.ts';

/** Something that happens to a request, or around it. */
export type Turn =
  /** A person presses the button of the latest link, or of the first one, and goes as far as they get. */
  | { readonly do: 'click'; readonly person: number; readonly old: boolean }
  /** A person presses the button, consents, and comes back. */
  | { readonly do: 'consent'; readonly person: number; readonly times: number }
  /** What they do at the provider, where they are. */
  | { readonly do: 'grant' | 'deny'; readonly person: number }
  /** The provider's redirect arrives: in their own browser or another's, and perhaps more than once. */
  | { readonly do: 'comeBack'; readonly person: number; readonly as: number; readonly times: number }
  | { readonly do: 'pass'; readonly minutes: number }
  | { readonly do: 'look' }
  | { readonly do: 'refuse' | 'again'; readonly person: number }
  | { readonly do: 'upload'; readonly version: number }
  | { readonly do: 'consentElsewhere' }
  /** The next invocation of a function does all its work, and fails. */
  | { readonly do: 'crash'; readonly function: 'authorize' | 'notify' | 'poll' | 'provision' }
  /** The service takes the next consent, and the answer is lost on the way. */
  | { readonly do: 'cutCompletion' };

/** A request as a run leaves it. */
export interface Left {
  readonly state: RequestState;
  /** Outcomes that the bus was told, in order. */
  readonly closings: readonly string[];
  /** Consents that the service took while the request was open. */
  readonly completions: number;
  readonly taskToken: string | undefined;
}

interface Person {
  readonly browser: Browser;
  /** AWS's link that they were sent to. */
  provider?: string;
  /** Where the provider sends them back to. */
  back?: string;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Pages that go on by themselves are followed as long as somebody may wait for them, in seconds. */
const PATIENCE = 20;
/** Requests that can follow each other by themselves. */
const MOST_WEEKS = 3;

/** One workspace, two people, and everything that is written while they act. */
export class Drama {
  readonly #scene: Scene;
  readonly #people: readonly Person[];
  readonly #links = new Set<string>();
  readonly #secrets = new Set([SECRET]);
  readonly #pages: Shown[] = [];
  /** Consents that somebody gave in the AWS console. */
  readonly #elsewhere = new Set<Write>();
  readonly #since: number;

  private constructor(scene: Scene) {
    this.#scene = scene;
    this.#people = [{ browser: scene.browser() }, { browser: scene.browser() }];
    this.#since = scene.gateloop.clock.now();
  }

  static async start(gateloop: Gateloop, switches: Partial<Switches>): Promise<Drama> {
    return new Drama(await Scene.start({ on: gateloop, switches }));
  }

  async play(turn: Turn): Promise<void> {
    await this.#play(turn);
    await this.#scene.settle();
    await this.#note();
  }

  async #play(turn: Turn): Promise<void> {
    const { agentCore, aws } = this.#scene.gateloop;
    switch (turn.do) {
      case 'click':
        return this.#click(this.#person(turn.person), turn.old);
      case 'consent': {
        const person = this.#person(turn.person);
        await this.#click(person, false);
        this.#decide(person, 'grant');
        return this.#comeBack(person.browser, person.back, turn.times);
      }
      case 'grant':
      case 'deny':
        return this.#decide(this.#person(turn.person), turn.do);
      case 'comeBack':
        return this.#comeBack(this.#person(turn.as).browser, this.#person(turn.person).back, turn.times);
      case 'pass':
        return this.#scene.pass(turn.minutes * MINUTE);
      case 'look':
        return this.#scene.look();
      case 'refuse':
      case 'again':
        this.#pages.push(await this.#person(turn.person).browser.press(`${this.#link(false)}/${turn.do}`));
        return;
      case 'upload':
        return this.#scene.upload(this.#scene.manifest('', `https://mcp.example.com/v${turn.version}`));
      case 'consentElsewhere':
        return this.#consentElsewhere();
      case 'crash':
        return aws.functions.loseAnswers(turn.function);
      case 'cutCompletion':
        return agentCore.setFaults([
          { fault: 'cut', operation: 'CompleteResourceTokenAuth', when: 'after', times: 1 },
        ]);
    }
  }

  async #click(person: Person, isOld: boolean): Promise<void> {
    const { browser } = person;
    browser.provider = undefined;
    const page = await browser.press(this.#link(isOld));
    this.#pages.push(await this.#scene.follow(browser, page, PATIENCE));
    if (browser.provider !== undefined) person.provider = browser.provider;
  }

  #decide(person: Person, decision: 'grant' | 'deny'): void {
    if (person.provider === undefined) return;
    try {
      person.back = this.#scene.gateloop.agentCore.consent(person.provider, decision).href;
    } catch (error) {
      // The link has lapsed or was used: the provider says so, and nobody comes back.
      if (!(error instanceof RangeError)) throw error;
    }
  }

  async #comeBack(browser: Browser, back: string | undefined, times: number): Promise<void> {
    if (back === undefined) return;
    const pages = await Promise.all(Array.from({ length: times }, () => browser.open(back)));
    this.#pages.push(...pages);
    const [first] = pages;
    if (first) this.#pages.push(await this.#scene.follow(browser, first, PATIENCE));
  }

  async #consentElsewhere(): Promise<void> {
    const before = new Set(this.#completions());
    // Where nothing waits for consent, there is nothing to consent to.
    await this.#scene.consentElsewhere().catch(() => {});
    for (const each of this.#completions()) if (!before.has(each)) this.#elsewhere.add(each);
  }

  /** Lets time pass until nobody can be waited for any more. */
  async end(): Promise<void> {
    this.#scene.gateloop.agentCore.setFaults([]);
    for (const name of ['authorize', 'notify', 'poll', 'provision'])
      this.#scene.gateloop.aws.functions.loseAnswers(name, 0);
    // A change that could not be made while something was pending is made then, and asks for a consent of its own.
    for (
      let weeks = 0;
      weeks < MOST_WEEKS && (weeks === 0 || (await this.openRequests()).length > 0);
      weeks += 1
    ) {
      await this.#scene.pass(8 * DAY);
      await this.#scene.settle();
      await this.#note();
    }
  }

  /** Notes what must not be written anywhere, while it is still known. */
  async #note(): Promise<void> {
    for (const { message } of this.#scene.messages()) {
      const [link] = /http\S+\/authorizations\/[0-9a-f]{32}/.exec(message) ?? [];
      if (link !== undefined) this.#links.add(link);
    }
    for (const { browser, provider, back } of this.#people) {
      for (const value of browser.cookies.values()) this.#secrets.add(value);
      for (const url of [provider, back].filter((each) => each !== undefined)) {
        const { searchParams } = new URL(url);
        const session = searchParams.get('request_uri') ?? searchParams.get('session_id');
        if (session !== null) this.#secrets.add(session);
      }
    }
    for (const link of this.#links) {
      const known = await this.#scene.ledger.readRequest(referenceOf(idOf(link)));
      const { taskToken, attempts = [] } = known?.request ?? {};
      for (const secret of [taskToken, ...attempts.map(({ userId }) => userId)])
        if (secret !== undefined) this.#secrets.add(secret);
    }
  }

  async openRequests(): Promise<readonly string[]> {
    const requests = await Promise.all(
      [...this.#links].map((link) => this.#scene.ledger.readRequest(referenceOf(idOf(link)))),
    );
    return requests.flatMap((known) =>
      known?.request.state === 'open' || known?.request.state === 'completing'
        ? [known.request.reference]
        : [],
    );
  }

  async requests(): Promise<readonly Left[]> {
    const left: Left[] = [];
    for (const link of this.#links) {
      const reference = referenceOf(idOf(link));
      const known = await this.#scene.ledger.readRequest(reference);
      if (!known) throw new Error('a request that people were told of is not in the ledger');
      const { state, askedAt, endedAt = Number.POSITIVE_INFINITY, taskToken } = known.request;
      const closings = this.#scene
        .closings()
        .filter(({ request }) => request === reference)
        .map(({ outcome }) => String(outcome));
      const completions = this.#completions()
        .filter((each) => !this.#elsewhere.has(each))
        .filter(({ at }) => at >= askedAt && at <= endedAt).length;
      left.push({ state, closings, completions, taskToken });
    }
    return left;
  }

  /** Calls by which the service took a consent. */
  #completions(): readonly Write[] {
    return this.#scene.gateloop.agentCore
      .writes()
      .filter(({ operation, status, at }) => operation === COMPLETE && status < 300 && at >= this.#since);
  }

  /** Executions that have not come to their end. */
  unfinished(): readonly string[] {
    const { aws } = this.#scene.gateloop;
    return aws.stateMachines
      .list()
      .filter(({ input }) => isJsonObject(input) && JSON.stringify(input).includes(this.#scene.workspace))
      .filter(({ status }) => status !== 'SUCCEEDED')
      .map(({ machine, name, status }) => `${machine} ${name}: ${status}`);
  }

  /** Where a secret, or a link in a place that is no message, was written. */
  leaks(): readonly string[] {
    const { aws } = this.#scene.gateloop;
    const ids = [...this.#links].map(idOf);
    const logs = aws.functions.log.entries().filter(({ at }) => at >= this.#since);
    const executions = aws.stateMachines.list().filter(({ startedAt }) => startedAt >= this.#since);
    const written: Readonly<Record<string, unknown>> = {
      logs,
      messages: this.#scene.messages(),
      pages: this.#pages.map(({ headers, html }) => [html, [...headers]]),
      announcements: this.#scene.events.filter((event) => event['detail-type'] === REQUIRED),
      events: this.#scene.events.filter((event) => event['detail-type'] !== REQUIRED),
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
    return this.#scene.close();
  }

  #person(index: number): Person {
    const person = this.#people[index];
    if (!person) throw new Error(`there is no person ${index}`);
    return person;
  }

  #link(isOld: boolean): string {
    const [oldest] = this.#links;
    return (isOld ? oldest : undefined) ?? this.#scene.link();
  }
}

const COMPLETE = 'CompleteResourceTokenAuth';
const REQUIRED = 'Authorization Required';

function idOf(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}
