import type { Page, Progress } from '../../core/authorization/page.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { isStalled } from '../../core/authorization/stalled.ts';
import { mayAnswer } from '../../core/authorization/visitor.ts';
import type { Memory, ResourceState } from '../../core/decide/memory.ts';
import { needsReplacement } from '../../core/decide/replacement.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { AuthorizePorts } from './authorizePorts.ts';
import type { Visit } from './visit.ts';

/** The page that tells how a request stands, to whoever has its link. Changes nothing. */
export async function pageOf(
  request: AuthorizationRequest,
  { visitor, now }: Pick<Visit, 'visitor' | 'now'>,
  { ledger, answersFrom }: AuthorizePorts,
): Promise<Page> {
  const { state } = request;
  switch (state) {
    case 'open':
      if (!mayAnswer(request, visitor, answersFrom)) return { name: 'notYours', visitor };
      if (await mustReplace(request, ledger)) return { name: 'replace', request };
      return { name: 'waiting', request, visitor };
    case 'completing':
      return isStalled(request, now)
        ? { name: 'trouble', request, trouble: 'cutShort' }
        : { name: 'finishing', request };
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

/** Whether the page must tell that the target is deleted and made again, and has not told that yet. */
async function mustReplace(request: AuthorizationRequest, ledger: Ledger): Promise<boolean> {
  const { asked, workspace, address } = request;
  if (asked.kind !== 'consent') return false;
  const memory = (await ledger.readResources(workspace)).get(address)?.memory;
  return memory !== undefined && awaitsReplacement(request, memory);
}

/** Whether no fresh link will come before somebody agrees to have the target deleted and made again. */
export function awaitsReplacement(
  { fingerprint, mayReplace }: AuthorizationRequest,
  memory: Memory,
): boolean {
  return fingerprint !== undefined && !mayReplace && needsReplacement(memory, fingerprint);
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
