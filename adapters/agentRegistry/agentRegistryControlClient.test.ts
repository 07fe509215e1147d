import { HttpResponse } from '@smithy/core/protocols';
import type { HttpRequest } from '@smithy/types';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  AgentRegistryControl,
  type AgentRegistryControlClientConfig,
  ConflictException,
  CreateRegistryCommand,
  paginateListRegistryRecords,
  ValidationException,
} from './index.ts';

const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' };
const REGISTRY = 'arn:aws:agent-registry:us-east-1:123456789012:registry/abcdefghijkl';

interface Answer {
  readonly status?: number;
  readonly error?: string;
  readonly body?: object;
}

/** A client that sends nothing, with the requests that it would send. */
function clientWithAnswers(answers: readonly Answer[], settings: AgentRegistryControlClientConfig = {}) {
  const requests: HttpRequest[] = [];
  const client = new AgentRegistryControl({
    region: 'eu-west-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: HttpRequest) => {
        const { status = 200, error, body = {} } = answers[requests.length] ?? {};
        requests.push(request);
        const headers = {
          'content-type': 'application/json',
          ...(error !== undefined && { 'x-amzn-errortype': error }),
        };
        const response = new HttpResponse({
          statusCode: status,
          headers,
          body: Buffer.from(JSON.stringify(body)),
        });
        return { response };
      },
    },
    ...settings,
  });
  return { client, requests };
}

function jsonOf(body: Uint8Array) {
  return JSON.parse(new TextDecoder().decode(body));
}

afterEach(() => vi.unstubAllEnvs());

describe('AgentRegistryControlClient', () => {
  it("signs for the service agent-registry at the Region's endpoint", async () => {
    const { client, requests } = clientWithAnswers([{ body: { registryArn: REGISTRY } }]);
    const { registryArn } = await client.createRegistry({ name: 'tools' });
    expect(registryArn).toBe(REGISTRY);
    expect(requests[0]).toMatchObject({
      hostname: 'agent-registry-control.eu-west-1.api.aws',
      method: 'POST',
      path: '/registries',
    });
    expect(requests[0]?.headers.authorization).toContain('/eu-west-1/agent-registry/aws4_request');
  });

  it('takes its endpoint from AWS_ENDPOINT_URL_AGENT_REGISTRY_CONTROL', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_AGENT_REGISTRY_CONTROL', 'http://127.0.0.1:4701');
    const { client, requests } = clientWithAnswers([{ body: { registryArn: REGISTRY } }]);
    await client.send(new CreateRegistryCommand({ name: 'tools' }));
    expect(requests[0]).toMatchObject({ protocol: 'http:', hostname: '127.0.0.1', port: 4701 });
  });

  it('generates a client token where the input has none', async () => {
    const { client, requests } = clientWithAnswers([{}, {}]);
    await client.createRegistry({ name: 'tools' });
    await client.createRegistry({ name: 'tools', clientToken: 'mine' });
    const tokens = requests.map(({ body }) => jsonOf(body).clientToken);
    expect(tokens).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), 'mine']);
  });

  it('throws the error that the response names, with its reason and fields', async () => {
    const fieldList = [{ name: 'name', message: 'is too long' }];
    const { client } = clientWithAnswers([
      { status: 409, error: 'ConflictException', body: { message: 'in use' } },
      {
        status: 400,
        error: 'ValidationException',
        body: { message: 'invalid', reason: 'FieldValidationFailed', fieldList },
      },
    ]);
    const conflict = await client.deleteRegistry({ registryId: REGISTRY }).catch((error: unknown) => error);
    expect(conflict).toBeInstanceOf(ConflictException);
    expect(conflict).toMatchObject({ name: 'ConflictException', message: 'in use' });
    const invalid = await client.createRegistry({ name: 'x' }).catch((error: unknown) => error);
    expect(invalid).toBeInstanceOf(ValidationException);
    expect(invalid).toMatchObject({ reason: 'FieldValidationFailed', fieldList });
  });

  it('lists all pages of records, with the filters in each request', async () => {
    const { client, requests } = clientWithAnswers([
      { body: { registryRecords: [{ name: 'a', createdAt: '2026-11-01T10:00:00Z' }], nextToken: 'two' } },
      { body: { registryRecords: [{ name: 'b', createdAt: '2026-11-02T10:00:00Z' }] } },
    ]);
    const filters = [{ name: 'status' as const, values: ['APPROVED'] }];
    const records = [];
    for await (const page of paginateListRegistryRecords({ client }, { registryId: REGISTRY, filters })) {
      records.push(...(page.registryRecords ?? []));
    }
    expect(records.map(({ createdAt }) => createdAt)).toEqual([
      new Date('2026-11-01T10:00:00Z'),
      new Date('2026-11-02T10:00:00Z'),
    ]);
    expect(requests.map(({ body }) => jsonOf(body))).toEqual([{ filters }, { filters, nextToken: 'two' }]);
  });
});
