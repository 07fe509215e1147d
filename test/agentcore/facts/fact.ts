import { expect } from 'vitest';
import type { AgentCoreOptions } from '../../../local/agentcore/options.ts';
import { JWT_AUTHORIZER } from '../../../local/agentcore/testing/emulator.ts';
import { waitForStatus, waitUntilDeleted } from '../contract/contract.ts';
import type { ApiResponse, Subject } from '../contract/subject.ts';

/**
 * How a fact about AWS is known: an answer that SDK tooling recorded, a test that passed on accounts, an error text that
 * released code matches or several people report, released code that copes with it, or the word of one party.
 */
export type Certainty = 'recorded' | 'asserted' | 'message' | 'released' | 'one party';

/** A fact about AWS, and the check that it holds on the emulator. */
export interface Fact {
  readonly fact: string;
  readonly certainty: Certainty;
  readonly source: string;
  readonly options?: Partial<AgentCoreOptions>;
  readonly holds: (subject: Subject) => Promise<void>;
}

/** The start of sources. */
export const CLI = 'fixtures of aws/agentcore-cli, src/handlers';
export const TERRAFORM = 'hashicorp/terraform-provider-aws, internal/service/bedrockagentcore';
export const ACK = 'aws-controllers-k8s/bedrockagentcorecontrol-controller';

export type Ids = Readonly<Record<string, string>>;

/** Expects an error with this name and with this text in its message. */
export async function expectRefusal(
  subject: Subject,
  [operation, input]: readonly [operation: string, input: object],
  name: string,
  text: string,
): Promise<void> {
  const error: unknown = await subject.call(operation, input).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name, message: expect.stringContaining(text) });
}

export const expectGone = (subject: Subject, get: string, ids: Ids) =>
  expectRefusal(subject, [get, ids], 'ResourceNotFoundException', '');

/** A resource of one kind in a check: it is created, read and waited for by its operations. */
export class Kind {
  readonly #noun: string;
  readonly #idsOf: (response: ApiResponse) => Ids;

  constructor(noun: string, idsOf: (response: ApiResponse) => Ids) {
    this.#noun = noun;
    this.#idsOf = idsOf;
  }

  async create(subject: Subject, input: object): Promise<{ ids: Ids; response: ApiResponse }> {
    const response = await subject.call(`Create${this.#noun}`, input);
    return { ids: this.#idsOf(response), response };
  }

  async ready(subject: Subject, input: object): Promise<{ ids: Ids; response: ApiResponse }> {
    const { ids } = await this.create(subject, input);
    return { ids, response: await this.until(subject, ids, 'READY') };
  }

  /** Updates and waits until the resource is READY. */
  async update(subject: Subject, ids: Ids, input: object): Promise<ApiResponse> {
    await subject.call(`Update${this.#noun}`, { ...ids, ...input });
    return this.until(subject, ids, 'READY');
  }

  until(subject: Subject, ids: Ids, status: string): Promise<ApiResponse> {
    return waitForStatus(subject, `Get${this.#noun}`, ids, status);
  }

  async delete(subject: Subject, ids: Ids): Promise<ApiResponse> {
    const response = await subject.call(`Delete${this.#noun}`, ids);
    await waitUntilDeleted(subject, `Get${this.#noun}`, ids);
    return response;
  }

  get(subject: Subject, ids: Ids): Promise<ApiResponse> {
    return subject.call(`Get${this.#noun}`, ids);
  }
}

export const gateways = new Kind('Gateway', ({ gatewayId }) => ({ gatewayIdentifier: String(gatewayId) }));

/** The targets of one gateway. */
export const targetsOf = ({ gatewayIdentifier = '' }: Ids) =>
  new Kind('GatewayTarget', ({ targetId }) => ({ gatewayIdentifier, targetId: String(targetId) }));

export const ROLE = 'arn:aws:iam::123456789012:role/service';

/** A gateway that takes every kind of MCP target, those of a person included. */
export const gatewayInput = (more: object = {}) => ({
  name: 'facts',
  roleArn: ROLE,
  protocolType: 'MCP',
  ...JWT_AUTHORIZER,
  ...more,
});

export const readyGateway = async (subject: Subject, more: object = {}): Promise<Ids> =>
  (await gateways.ready(subject, gatewayInput(more))).ids;
