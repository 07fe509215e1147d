import type { Page, Progress } from '../../core/authorization/page.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import type { Memory, ResourceState } from '../../core/decide/memory.ts';
import type { AuthorizePorts } from './authorizePorts.ts';

/** The page that tells how a request stands, to whoever has its link. Changes nothing. */
export async function pageOf(request: AuthorizationRequest, { ledger }: AuthorizePorts): Promise<Page> {
  const { state } = request;
  switch (state) {
    case 'open':
      return { name: 'waiting', request };
    case 'completing':
      return { name: 'finishing', request };
    case 'completed': {
      // What happens to a record after a yes takes a second, and nobody waits for it.
      if (request.asked.kind === 'record')
        return { name: 'completed', request, progress: 'ready', reasons: [] };
      const memory = (await ledger.readResources(request.workspace)).get(request.address)?.memory;
      return {
        name: 'completed',
        request,
        progress: progressOf(request, memory),
        reasons: memory?.reasons ?? [],
      };
    }
    case 'refused':
    case 'expired':
    case 'withdrawn':
      return { name: state, request };
  }
}

const progress: Readonly<Record<ResourceState, Progress>> = {
  ready: 'ready',
  failed: 'failed',
  refused: 'failed',
  absent: 'failed',
  'in-progress': 'working',
  'awaiting-authorization': 'working',
  'awaiting-approval': 'working',
};

/** Until the loop has seen what became of the consent, what it remembers is from before. */
function progressOf({ id, askedAt }: AuthorizationRequest, memory: Memory | undefined): Progress {
  if (!memory) return 'failed';
  if (memory.request?.id === id) return 'working';
  // Asked anew since: the consent did not arrive, or another change came.
  if (memory.request && memory.request.askedAt > askedAt) return 'failed';
  return progress[memory.state];
}
