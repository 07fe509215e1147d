import { describe, expect, it } from 'vitest';
import { InMemorySecrets } from '../../adapters/inMemory/inMemorySecrets.ts';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import { InMemoryToolLists } from '../../adapters/inMemory/inMemoryToolLists.ts';
import type { Address } from '../../core/address.ts';
import type { ListedTool } from '../../core/ports/toolLists.ts';
import { readToolList } from '../../core/storage/toolListDocuments.ts';
import type { PlannedToolRead } from '../../core/toolContracts/toolWatch.ts';
import type { ReconcileState } from '../runtime/reconcileState.ts';
import { watchTools } from './watchTools.ts';

const GATEWAY = 'https://front-1.gateway.bedrock-agentcore.eu-west-1.amazonaws.com/mcp';
const SERVER = 'https://mcp.example.com/mcp';
const TARGET: Address = 'gatewayTarget/front/tools';

const tool = (name: string): ListedTool => ({ name, inputSchema: { type: 'object' } });

function arrange() {
  const toolLists = new InMemoryToolLists();
  const secrets = new InMemorySecrets();
  const documents = new InMemorySpecBucket();
  const ports = { toolLists, secrets, documents, tokenPrefix: 'watch/' };
  const run = (...toolReads: PlannedToolRead[]) => {
    // The step reads these members of the state alone.
    const state = { workspace: 'payments', toolReads } as unknown as ReconcileState;
    return watchTools({ state, now: 0 }, ports);
  };
  return { ...ports, run };
}

function planned(change: Partial<PlannedToolRead> = {}): PlannedToolRead {
  return { address: TARGET, moment: 'after', synchronizedAt: 7, configuration: 'c', ...change };
}

const fromGateway = (credentials: 'none' | 'signature' | 'token') => ({
  gateway: { url: GATEWAY, credentials },
});

describe('watchTools', () => {
  it('watchTools: keeps the tools of the target under the digest of their list', async () => {
    const { toolLists, documents, run } = arrange();
    toolLists.put(GATEWAY, {
      tools: [tool('tools___b'), tool('tools___a'), tool('other___a')],
      demands: 'signature',
    });
    toolLists.put(SERVER, { tools: [tool('a'), tool('b')] });
    const [reading] = await run(planned({ ...fromGateway('signature'), server: { url: SERVER } }));
    const digest = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(reading).toEqual({
      address: TARGET,
      moment: 'after',
      synchronizedAt: 7,
      configuration: 'c',
      gateway: { digest },
      server: { digest },
    });
    const { gateway } = reading ?? {};
    const name = {
      workspace: 'payments',
      address: TARGET,
      digest: String(gateway && 'digest' in gateway && gateway.digest),
    };
    expect(await readToolList(name, documents)).toEqual([tool('a'), tool('b')]);
  });

  it('watchTools: reads a gateway once for all its targets', async () => {
    const { toolLists, run } = arrange();
    toolLists.put(GATEWAY, { tools: [tool('tools___a'), tool('others___b')] });
    const readings = await run(
      planned(fromGateway('none')),
      planned({ ...fromGateway('none'), address: 'gatewayTarget/front/others' }),
    );
    const read = { gateway: { digest: expect.any(String) } };
    expect(readings).toMatchObject([read, read]);
    expect(toolLists.reads).toEqual([{ kind: 'gateway', url: GATEWAY, signs: false }]);
  });

  it('watchTools: takes the token for a gateway from the secret of its workspace and name', async () => {
    const { toolLists, secrets, run } = arrange();
    toolLists.put(GATEWAY, { tools: [], demands: { token: 'e30.e30.c2ln' } });
    expect(await run(planned(fromGateway('token')))).toMatchObject([{ gateway: { failure: 'noToken' } }]);
    expect(toolLists.reads).toEqual([]);
    secrets.put('watch/payments/front', 'e30.e30.c2ln\n');
    expect(await run(planned(fromGateway('token')))).toMatchObject([
      { gateway: { digest: expect.any(String) } },
    ]);
    secrets.put('watch/payments/front', 'expired');
    expect(await run(planned(fromGateway('token')))).toMatchObject([{ gateway: { failure: 'denied' } }]);
  });

  it('watchTools: says why a list was not read, and reads the others', async () => {
    const { toolLists, run } = arrange();
    toolLists.fail(SERVER, 'tooSlow');
    toolLists.put('https://many.example.com/', {
      tools: Array.from({ length: 1_001 }, (_, index) => tool(`t${index}`)),
    });
    expect(
      await run(
        planned({ moment: 'before', server: { url: SERVER } }),
        planned({ server: { url: 'https://many.example.com/' } }),
        planned({ server: { url: 'https://gone.example.com/' } }),
      ),
    ).toMatchObject([
      { moment: 'before', server: { failure: 'tooSlow' } },
      { server: { failure: 'tooLarge' } },
      { server: { failure: 'unreachable' } },
    ]);
  });
});
