import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { openGuardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import type { FaultRule } from '../../local/agentcore/settings/faults.ts';
import { createRandom, type Random } from '../../local/agentcore/settings/random.ts';
import { type Gateloop, SPEC_BUCKET, startGateloop } from '../../local/gateloop.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';
import { createHandlers } from '../../local/testing/createHandlers.ts';
import { directPorts } from '../../local/testing/directPorts.ts';
import { Browser } from '../authorization/browser.ts';
import { CLIENT_SECRET, manifest as consentManifest } from '../authorization/consentManifest.ts';
import { PAGES_URL } from '../system/system.ts';
import type { Sample } from './growth.ts';

const HOUR_MS = 3_600_000;

/** What goes wrong in the service: a call in two hundred, and an operation in a hundred. */
const FAULTS: readonly FaultRule[] = [
  { fault: 'throttle', probability: 0.003 },
  { fault: 'error', probability: 0.001 },
  { fault: 'error', when: 'after', probability: 0.0005 },
  { fault: 'staleList', probability: 0.001 },
  { fault: 'fail', operation: 'CreateGatewayTarget', probability: 0.01 },
  { fault: 'fail', operation: 'UpdateGatewayTarget', probability: 0.01 },
];

/** A workspace in five has a target that needs a person's consent, which each change of its endpoint asks for anew. */
const CONSENT_EVERY = 5;
/** The chance of an edit of a workspace in an hour: one in two days. */
const EDIT_CHANCE = 1 / 48;
/** The chance that a person answers an open request within an hour. */
const ANSWER_CHANCE = 1 / 4;

/** Gateloop's own handlers and workflows on the embedded AWS, with people and faults, in simulated time. */
export class SoakWorld {
  readonly gateloop: Gateloop;
  readonly #clock: SimulatedClock;
  readonly #ledger: InMemoryLedger;
  readonly #directory: string;
  readonly #requests: AuthorizationRequest[];
  readonly #random: Random;
  /** How often each workspace was edited. */
  readonly #edits: number[];

  private constructor(parts: {
    readonly gateloop: Gateloop;
    readonly clock: SimulatedClock;
    readonly ledger: InMemoryLedger;
    readonly directory: string;
    readonly requests: AuthorizationRequest[];
    readonly random: Random;
    readonly workspaces: number;
  }) {
    this.gateloop = parts.gateloop;
    this.#clock = parts.clock;
    this.#ledger = parts.ledger;
    this.#directory = parts.directory;
    this.#requests = parts.requests;
    this.#random = parts.random;
    this.#edits = Array.from({ length: parts.workspaces }, () => 0);
  }

  static async start(workspaces: number, seed: number): Promise<SoakWorld> {
    const clock = new SimulatedClock();
    const ledger = new InMemoryLedger();
    const directory = mkdtempSync(join(tmpdir(), 'gateloop-soak-'));
    const requests: AuthorizationRequest[] = [];
    const openRequest = ledger.openRequest.bind(ledger);
    ledger.openRequest = (request) => {
      requests.push(request);
      return openRequest(request);
    };
    const random = createRandom(String(seed), 'steps').next;
    const gateloop: Gateloop = await startGateloop({
      clock: () => clock,
      dataDirectory: directory,
      guardrails: openGuardrailsFile,
      authorizationUrl: PAGES_URL,
      secrets: { 'shared/github': CLIENT_SECRET },
      agentCore: { seed, behaviors: { unreachable: 'accepted' }, faults: FAULTS },
      createHandler: (name, environment) =>
        createHandlers[name]({ ...directPorts(environment, { ...gateloop, ledger }), random }),
    });
    const parts = { gateloop, clock, ledger, directory, requests, workspaces };
    const world = new SoakWorld({ ...parts, random: createRandom(String(seed), 'people') });
    for (let index = 0; index < workspaces; index += 1) world.#upload(index);
    return world;
  }

  async close(): Promise<void> {
    await this.gateloop.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Lets a day pass, with edits and answers in each hour. */
  async day(): Promise<void> {
    for (let hour = 0; hour < 24; hour += 1) {
      for (const index of this.#edits.keys()) if (this.#random.next() < EDIT_CHANCE) this.#edit(index);
      for (const request of this.#requests.splice(0))
        if (this.#random.next() < ANSWER_CHANCE) await this.#answer(request);
        else this.#requests.push(request);
      await this.#clock.advance(HOUR_MS);
    }
    // The double of the ledger records its calls for tests, which is no state of Gateloop.
    this.#ledger.script.forgetCalls();
  }

  sample(day: number): Sample {
    globalThis.gc?.();
    const { buckets } = this.gateloop.aws;
    const versions = buckets.listVersions(SPEC_BUCKET, '');
    const { kept, expiring } = this.#ledger.itemCounts();
    return {
      day,
      memory: process.memoryUsage().heapUsed,
      dataFolder: folderBytes(this.#directory),
      objects: buckets.list(SPEC_BUCKET).length,
      versions: versions.length,
      bucketBytes: versions.reduce((total, { record }) => total + record.size, 0),
      ledgerItems: kept,
      requestItems: expiring,
    };
  }

  #edit(index: number): void {
    this.#edits[index] = (this.#edits[index] ?? 0) + 1;
    this.#upload(index);
  }

  #upload(index: number): void {
    const edit = this.#edits[index] ?? 0;
    const text = index % CONSENT_EVERY === 0 ? consentText(index, edit) : serverText(index, edit);
    const key = `workspaces/${nameOf(index)}/manifest.yaml`;
    this.gateloop.aws.buckets.put(SPEC_BUCKET, key, text);
  }

  /** A person logs in and consents. Whatever fails is given up: a reminder brings the person back. */
  async #answer({ id }: AuthorizationRequest): Promise<void> {
    const browser = new Browser(this.gateloop);
    let page = await browser.submit(`${PAGES_URL}/authorizations/${id}`);
    for (let waited = 0; page.refresh && waited < 180; waited += page.refresh?.seconds ?? 180) {
      await this.#clock.advance(page.refresh.seconds * 1000);
      page = await browser.open(page.refresh.url);
    }
    if (browser.providerUrl === undefined) return;
    try {
      const { href } = this.gateloop.agentCore.consent(browser.providerUrl, 'grant');
      await browser.open(href);
    } catch (error) {
      // The link has expired meanwhile.
      if (!(error instanceof RangeError)) throw error;
    }
  }
}

function nameOf(index: number): string {
  return `team-${index}`;
}

function consentText(index: number, edit: number): string {
  return consentManifest('prune: true, selfHeal: true', `https://mcp.example.com/${edit}`, nameOf(index));
}

/** One target comes and goes with each edit; another one is synchronized by schedule. */
function serverText(index: number, edit: number): string {
  const target = (name: string, path: string) =>
    `      ${name}: { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/${path}' } } } }`;
  const extra = edit % 2 === 0 ? [] : [target('extra', 'extra')];
  return `owners: { default: { email: owner@example.com } }
settings: { prune: true, selfHeal: true, resync: rate(6 hours) }
gateways:
  ${nameOf(index)}:
    roleArn: arn:aws:iam::123456789012:role/gateway
    authorizerType: AWS_IAM
    targets:
${[target('tools', `tools/${edit}`), target('stable', 'stable'), ...extra].join('\n')}
`;
}

function folderBytes(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((total, { parentPath, name }) => total + statSync(join(parentPath, name)).size, 0);
}
