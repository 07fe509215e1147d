import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Option } from 'commander';
import { numberBetween } from '../cli/commandSpec.ts';
import { exitCodes } from '../cli/exitCodes.ts';
import { type AgentCore, startAgentCore } from '../local/agentcore/server.ts';
import { SimulatedClock } from '../local/simulation/clock.ts';
import { Store } from '../local/simulation/store.ts';
import { runScript } from '../scripts/runScript.ts';

/**
 * `npm run bench:agentcore` measures the emulator: its rate of List requests with 1,000
 * targets and of Create requests, per second of CPU time, and its memory with 100,000 targets. A second thread sends the
 * requests, so that the measurement leaves out the client's CPU time.
 */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/bedrock-agentcore/aws4_request, Signature=0';
const CONNECTIONS = 4;
const FLEET_GATEWAYS = 1000;
const FLEET_TARGETS = 100;

interface Load {
  readonly endpoint: string;
  readonly gatewayId: string;
  readonly kind: 'list' | 'create';
  readonly seconds: number;
}

const targetBody = (name: string) =>
  JSON.stringify({
    name,
    targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } },
  });

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

function send(endpoint: string, method: string, path: string, body?: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = { authorization: AUTHORIZATION, 'content-type': 'application/json' };
  const sent = request(`${endpoint}${path}`, { method, agent, headers }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      if ((response.statusCode ?? 500) < 300) resolve(text);
      else reject(new Error(`${response.statusCode}: ${text}`));
    });
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

/** Sends requests over all connections, each after the response to the one before. @returns their number */
async function sendRequests({ endpoint, gatewayId, kind, seconds }: Load): Promise<number> {
  const path = `/gateways/${gatewayId}/targets/`;
  let count = 0;
  const end = performance.now() + seconds * 1000;
  const client = async () => {
    while (performance.now() < end) {
      count += 1;
      if (kind === 'list') await send(endpoint, 'GET', `${path}?maxResults=1000`);
      else await send(endpoint, 'POST', path, targetBody(`t${count}`));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  return count;
}

/** Requests per second of CPU time of the emulator's thread, which is independent of other load on the machine. */
async function requestsPerCpuSecond(load: Load): Promise<number> {
  const worker = new Worker(new URL(import.meta.url), { workerData: load });
  const before = process.threadCpuUsage();
  const [count] = await once(worker, 'message');
  const { user, system } = process.threadCpuUsage(before);
  await worker.terminate();
  return Number(count) / ((user + system) / 1e6);
}

async function createGateway(agentCore: AgentCore, clock: SimulatedClock, name: string): Promise<string> {
  const body = JSON.stringify({
    name,
    roleArn: 'arn:aws:iam::123456789012:role/gateway',
    authorizerType: 'NONE',
  });
  const { gatewayId } = JSON.parse(await send(agentCore.url, 'POST', '/gateways/', body));
  await clock.advance(5000);
  return gatewayId;
}

async function start(file = ':memory:') {
  const clock = new SimulatedClock();
  const store = new Store(file);
  const agentCore = await startAgentCore({
    clock,
    store,
    behaviors: { unreachable: 'accepted' },
    quotas: { ratePerSecond: {}, targetsPerGateway: 1e6, concurrentOperationsPerGateway: 1e6 },
  });
  return { clock, store, agentCore };
}

/** The resident memory after a garbage collection in MB. */
function residentMegabytes(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().rss / 1024 / 1024);
}

async function measureRates(seconds: number): Promise<void> {
  const { clock, store, agentCore } = await start();
  const gatewayId = await createGateway(agentCore, clock, 'list');
  for (let index = 0; index < 1000; index += 1) {
    await send(agentCore.url, 'POST', `/gateways/${gatewayId}/targets/`, targetBody(`t${index}`));
  }
  await clock.advance(20_000);
  const endpoint = agentCore.url;
  const lists = await requestsPerCpuSecond({ endpoint, gatewayId, kind: 'list', seconds });
  console.log(`ListGatewayTargets, 1,000 targets in one page: ${lists.toFixed(0)} requests per CPU second`);
  const emptyGatewayId = await createGateway(agentCore, clock, 'create');
  const createLoad = { endpoint, gatewayId: emptyGatewayId, kind: 'create' as const, seconds };
  const creates = await requestsPerCpuSecond(createLoad);
  console.log(`CreateGatewayTarget, in memory:                ${creates.toFixed(0)} requests per CPU second`);
  await agentCore.close();
  store.close();
}

async function measureFleet(): Promise<void> {
  const { clock, store, agentCore } = await start();
  const before = residentMegabytes();
  const startedAt = performance.now();
  for (let number = 0; number < FLEET_GATEWAYS; number += 1) {
    const gatewayId = await createGateway(agentCore, clock, `fleet-${number}`);
    const path = `/gateways/${gatewayId}/targets/`;
    const names = Array.from({ length: FLEET_TARGETS }, (_, index) => `t${index}`);
    await Promise.all(names.map((name) => send(agentCore.url, 'POST', path, targetBody(name))));
    await clock.advance(12_000);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const count = agentCore.service.targets.count();
  console.log(`${count} targets created and settled in ${seconds.toFixed(0)} s`);
  console.log(`Resident memory: ${before} MB before, ${residentMegabytes()} MB after`);
  await agentCore.close();
  store.close();
}

if (isMainThread) {
  await runScript<{ readonly seconds: number }>({
    name: 'bench:agentcore',
    summary: 'measure the memory and the request rates of the AgentCore emulator',
    options: [
      new Option('--seconds <n>', 'how long each rate is measured')
        .argParser(numberBetween('--seconds', 0.1, 3600))
        .default(5),
    ],
    examples: { '--seconds 1': 'measure each rate for a second' },
    exits: { done: 'measured', failed: 'the measurement failed' },
    run: async ({ seconds }) => {
      // Memory first: it would include the garbage of the other measurements.
      await measureFleet();
      await measureRates(seconds);
      agent.destroy();
      return exitCodes.done;
    },
  });
} else {
  parentPort?.postMessage(await sendRequests(workerData));
}
