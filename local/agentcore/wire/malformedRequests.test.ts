import { request } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { OperationShape } from '../../../core/api/shapes.ts';
import { minimalValue } from '../../../test/agentcore/minimalInput.ts';
import { authorizationFor } from '../../../test/agentcore/rawRequest.ts';
import { PLANES } from '../planes.ts';
import { LAMBDA_TARGET, ROLE, readyGateway, startEmulator } from '../testing/emulator.ts';

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

interface Received {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
}

/** Sends a path as it is; `fetch` would normalize it. */
function sendRaw(url: string, { method, path, headers, body }: Sent): Promise<Received> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<Received>();
  // Node declares no length for the body of a DELETE, which would then begin the next request of the connection.
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const sent = request({
    hostname,
    port,
    method,
    path,
    headers: { authorization: authorizationFor(), ...length, ...headers },
  });
  sent.on('error', reject);
  sent.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => {
      const type = response.headers['x-amzn-errortype'];
      resolve({
        status: response.statusCode ?? 0,
        type: Array.isArray(type) ? type[0] : type,
        text: Buffer.concat(chunks).toString(),
      });
    });
  });
  sent.end(body);
  return promise;
}

async function start() {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => logged.mockRestore());
  const emulator = await startEmulator({
    quotas: { ratePerSecond: {} },
    behaviors: { unreachable: 'accepted' },
  });
  return { ...emulator, logged, send: (sent: Sent) => sendRaw(emulator.agentCore.url, sent) };
}

const json = { 'content-type': 'application/json' };
const deep = (levels: number) => `${'{"name":'.repeat(levels)}0${'}'.repeat(levels)}`;

describe('malformed requests', () => {
  it.each([
    ['a malformed percent encoding in a path', { method: 'GET', path: '/gateways/%zz/' }],
    ['a truncated UTF-8 sequence in a path', { method: 'GET', path: '/gateways/%C3/' }],
    ['a malformed percent encoding in a query', { method: 'GET', path: '/gateways/?nextToken=%E0%A4%A' }],
    [
      'a body of 100,000 objects within each other',
      { method: 'POST', path: '/gateways/', body: deep(100_000) },
    ],
    ['a body of 1,001 levels', { method: 'POST', path: '/gateways/', body: deep(1001) }],
    ['a hexadecimal number in a query', { method: 'GET', path: '/gateways/?maxResults=0x10' }],
    ['a number beyond 32 bits in a query', { method: 'GET', path: '/gateways/?maxResults=4294967296' }],
    ['a fraction for an integer in a query', { method: 'GET', path: '/gateways/?maxResults=1.5' }],
  ])('dispatcher: answers %s with a SerializationException', async (_title, sent) => {
    const { send } = await start();
    const { status, type, text } = await send(sent);
    expect([status, type]).toEqual([400, 'SerializationException']);
    expect(JSON.parse(text)).toEqual({ message: expect.any(String) });
  });

  it('dispatcher: reads a body of 1,000 levels, and counts no bracket in a text', async () => {
    const { send } = await start();
    const body = JSON.stringify({ name: `"\\${'['.repeat(2000)}` });
    expect((await send({ method: 'POST', path: '/gateways/', body })).type).toBe('ValidationException');
    expect((await send({ method: 'POST', path: '/gateways/', body: deep(1000) })).status).toBe(400);
  });

  it('dispatcher: answers an operation that no route knows with 501 and says that a newer SDK may have it', async () => {
    const { send } = await start();
    const { status, type, text } = await send({
      method: 'POST',
      path: '/operations-of-tomorrow',
      body: '{}',
    });
    expect([status, type]).toEqual([501, 'OperationNotEmulatedException']);
    expect(text).toContain('does not know an operation POST /operations-of-tomorrow');
  });

  it.each(['/gateways/', '/_emulator/faults'])(
    'server: refuses a body beyond 10 MB at %s by its declared length',
    async (path) => {
      const { send } = await start();
      const { status, type } = await send({
        method: 'POST',
        path,
        headers: json,
        body: ' '.repeat(10 * 2 ** 20 + 1),
      });
      expect([status, type]).toEqual([413, 'RequestTooLargeException']);
    },
  );

  it('server: stops to read an endless body without a declared length', async () => {
    const { agentCore } = await start();
    const { hostname, port } = new URL(agentCore.url);
    const socket = connect(Number(port), hostname);
    const chunk = ' '.repeat(2 ** 20);
    let sentBytes = 0;
    let received = '';
    const { promise, resolve } = Promise.withResolvers<void>();
    const write = () => {
      sentBytes += chunk.length;
      socket.write(`100000\r\n${chunk}\r\n`, (error) => {
        if (!error && sentBytes < 1000 * chunk.length) write();
      });
    };
    socket.on('data', (data) => {
      received += data.toString();
    });
    // Node resets the connection while the client still writes.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.write(
      `POST /gateways/ HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: ${authorizationFor()}\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    write();
    await promise;
    expect(sentBytes).toBeLessThan(100 * chunk.length);
    expect(received === '' || received.startsWith('HTTP/1.1 413')).toBe(true);
  });

  it.each([
    ['a link that does not exist', { authorizationUrl: 'http://127.0.0.1/?request_uri=urn:unknown' }, 404],
    ['text that is no link', { authorizationUrl: 'no link' }, 404],
    ['no link', {}, 400],
    ['an object for a link', { authorizationUrl: { toString: 1 } }, 400],
  ])('POST /consent: answers %s without an internal error', async (_title, body, status) => {
    const { send } = await start();
    const answer = await send({
      method: 'POST',
      path: '/_emulator/consent',
      headers: json,
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({ message: expect.any(String) });
  });
});

const operations = PLANES.flatMap(({ shapes, signingName }) =>
  shapes.operationNames.flatMap((name) => {
    const operation = shapes.operation(name);
    return operation && operation.input.members.size > 0 ? [{ operation, signingName }] : [];
  }),
);

const oddText = fc.oneof(
  fc.constantFrom(
    '%',
    '%zz',
    '%C3',
    '%00',
    '%2F',
    '..',
    '.',
    '',
    '__proto__',
    'constructor',
    '%E2%82%AC',
    '~',
    '@',
  ),
  fc.stringMatching(/^[!-~]{0,20}$/),
);

/** JSON with what breaks programs: deep levels, members of `Object.prototype`, numbers beyond every type. */
const oddJson: fc.Arbitrary<string> = fc.oneof(
  fc.json(),
  fc.integer({ min: 1, max: 20_000 }).map((levels) => '['.repeat(levels) + ']'.repeat(levels)),
  fc.integer({ min: 1, max: 1000 }).map(deep),
  fc.constantFrom(
    '{"__proto__":{"name":1}}',
    '{"toString":1,"constructor":{}}',
    '1e999',
    '-0',
    '"\\ud800"',
    '\ufeff{}',
    ' ',
  ),
  fc.string(),
);

/** A valid body of an operation, with any JSON in place of one member. */
const oddBody = (operation: OperationShape) =>
  fc
    .tuple(fc.constantFrom(...operation.input.members.keys(), 'notAMember'), oddJson)
    .map(([member, text]) => {
      const valid = JSON.stringify({ ...Object(minimalValue(operation.input, undefined)), [member]: 0 });
      return valid.replace(`"${member}":0`, () => `${JSON.stringify(member)}:${text}`);
    });

const anyRequest = (ids: readonly string[]): fc.Arbitrary<Sent> =>
  fc.constantFrom(...operations).chain(({ operation, signingName }) =>
    fc
      .record({
        method: fc.oneof(
          { weight: 9, arbitrary: fc.constant(operation.method) },
          {
            weight: 1,
            arbitrary: fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND', 'DELETE'),
          },
        ),
        labels: fc.array(fc.oneof(fc.constantFrom(...ids), oddText), { minLength: 4, maxLength: 4 }),
        query: fc.oneof(
          fc.constant(''),
          oddText.map((text) => `?maxResults=${text}`),
          fc.tuple(oddText, oddText).map(([name, value]) => `?${name}=${value}&nextToken=${value}`),
        ),
        headers: fc.oneof(
          fc.constant({}),
          fc.constant({ authorization: 'Bearer token' }),
          fc.dictionary(fc.stringMatching(/^x-[a-z]{1,8}$/), fc.stringMatching(/^[ -~]{0,30}$/)),
        ),
        body: fc.oneof(oddBody(operation), oddBody(operation), oddJson, fc.uint8Array({ maxLength: 64 })),
      })
      .map(({ method, labels, query, headers, body }) => {
        let label = 0;
        const path = operation.path.split('?')[0] ?? '';
        const filled = path.replace(/\{[^}]+\}/g, () => labels[label++ % labels.length] ?? '');
        return {
          method,
          path: `${filled}${query}`.replaceAll('#', '%23'),
          headers: { authorization: authorizationFor(signingName), ...headers },
          ...(!['GET', 'HEAD', 'TRACE'].includes(method) && { body }),
        };
      }),
  );

const CONTROL_ROUTES = [
  'PUT /_emulator/faults',
  'PATCH /_emulator/behaviors',
  'PATCH /_emulator/quotas',
  'POST /_emulator/consent',
];
const SETTINGS = [
  'expiredLink',
  'expiredLinkFailsAfter',
  'ratePerSecond',
  'authorizationUrl',
  'fault',
  'constructor',
  '__proto__',
];

const anyControlRequest: fc.Arbitrary<Sent> = fc
  .record({
    route: fc.constantFrom(...CONTROL_ROUTES),
    body: fc.oneof(
      oddJson,
      fc.tuple(fc.constantFrom(...SETTINGS), oddJson).map(([name, text]) => `{"${name}":${text}}`),
      oddJson.map((text) => `[{"fault":"throttle","resource":${text}}]`),
    ),
  })
  .map(({ route, body }) => {
    const [method = '', path = ''] = route.split(' ');
    return { method, path, headers: json, body };
  });

const anyPageRequest: fc.Arbitrary<Sent> = fc
  .tuple(
    fc.constantFrom('/', '/identities/oauth2/authorize', '/identities/oauth2/callback', '/_emulator'),
    oddText,
    oddText,
  )
  .map(([path, segment, value]) => ({
    method: 'GET',
    path: `${path}/${segment}?request_uri=${value}&state=${value}&code=${segment}`.replaceAll('#', '%23'),
  }));

describe('server', () => {
  it('answers no request with an internal error, whatever its path, query, headers and body are', async () => {
    const emulator = await start();
    const { control, registry, clock, send, logged } = emulator;
    const gatewayId = await readyGateway(emulator);
    const { targetId = '' } = await control.createGatewayTarget({
      gatewayIdentifier: gatewayId,
      name: 'ledger',
      ...LAMBDA_TARGET,
    });
    const { agentRuntimeId = '' } = await control.createAgentRuntime({
      agentRuntimeName: 'agent',
      agentRuntimeArtifact: {
        containerConfiguration: { containerUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/agent:v1' },
      },
      roleArn: ROLE,
      networkConfiguration: { networkMode: 'PUBLIC' },
    });
    const { harness } = await control.createHarness({ harnessName: 'harness', executionRoleArn: ROLE });
    const { registryArn = '' } = await control.createRegistry({ name: 'tools' });
    const agentRegistry = await registry.createRegistry({ name: 'tools' });
    await clock.advance(10_000);
    const record = await registry.createRegistryRecord({
      registryId: agentRegistry.registryArn,
      name: 'server',
      recordType: 'CUSTOM',
      descriptors: { custom: { data: 'text' } },
    });
    const ids = [
      gatewayId,
      targetId,
      agentRuntimeId,
      harness?.harnessId ?? '',
      encodeURIComponent(registryArn),
      encodeURIComponent(agentRegistry.registryArn ?? ''),
      encodeURIComponent(record.recordArn ?? ''),
    ];
    const anySent = fc.oneof(
      { weight: 8, arbitrary: anyRequest(ids) },
      { weight: 2, arbitrary: anyControlRequest },
      { weight: 1, arbitrary: anyPageRequest },
    );
    const { settings } = emulator.agentCore.service.context;
    const { quotas } = settings;
    await fc.assert(
      fc.asyncProperty(anySent, async (sent) => {
        const { status, type, text } = await send(sent);
        await clock.advance(60_000);
        expect(status).toBeGreaterThanOrEqual(200);
        expect([500, 502, 503, 504]).not.toContain(status);
        expect(text).not.toContain('emulator failed');
        // Every rejection of the API has the service's shape; HEAD has no body.
        if (type !== undefined && sent.method !== 'HEAD') expect(JSON.parse(text)).toHaveProperty('message');
        // A setting that the emulator accepted must not break the requests after it.
        emulator.agentCore.setFaults([]);
        expect([200, 429]).toContain((await send({ method: 'GET', path: '/gateways/' })).status);
        settings.quotas = quotas;
        expect(logged.mock.calls).toEqual([]);
      }),
      { numRuns: 800 },
    );
  }, 120_000);
});
