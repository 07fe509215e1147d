import { describe, expect, it } from 'vitest';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { NOW, REFERENCE, sampleRequest } from '../../core/authorization/testing/sampleRequest.ts';
import { updateRequest } from './updateRequest.ts';

/** A ledger with one open request. `interfere` has another step store a task token before the next write. */
function openLedger() {
  const ledger = new InMemoryLedger();
  ledger.putRequest(sampleRequest());
  const interfere = (taskToken: string) =>
    ledger.script.beforeNext('writeRequest', () => ledger.putRequest(sampleRequest({ taskToken })));
  return { ledger, interfere };
}

describe('updateRequest', () => {
  it('writes the changed request and returns it with the one before', async () => {
    const { ledger } = openLedger();
    const update = await updateRequest(REFERENCE, { type: 'refused', actor: 'ada' }, NOW, ledger);
    expect(update.before).toEqual(sampleRequest());
    expect(update.request).toMatchObject({ state: 'refused', closedBy: 'ada', closedAt: NOW });
    expect(ledger.request(REFERENCE)).toEqual({ request: update.request, version: 2 });
  });

  it('writes nothing for an event that cannot happen in the state of the request', async () => {
    const { ledger } = openLedger();
    const update = await updateRequest(REFERENCE, { type: 'completed' }, NOW, ledger);
    expect(update).toEqual({ request: sampleRequest() });
    expect(ledger.script.calls('writeRequest')).toEqual([]);
  });

  it('writes nothing when the function returns no event', async () => {
    const { ledger } = openLedger();
    expect(await updateRequest(REFERENCE, () => undefined, NOW, ledger)).toEqual({
      request: sampleRequest(),
    });
    expect(ledger.script.calls('writeRequest')).toEqual([]);
  });

  it('returns no request for an unknown reference', async () => {
    const { ledger } = openLedger();
    expect(await updateRequest('other', { type: 'expired' }, NOW, ledger)).toEqual({ request: undefined });
  });

  it('applies the event to the request that another step wrote meanwhile', async () => {
    const { ledger, interfere } = openLedger();
    interfere('token');
    const { request, before } = await updateRequest(
      REFERENCE,
      ({ taskToken }) => ({ type: 'withdrawn', reason: `token: ${taskToken}` }),
      NOW,
      ledger,
    );
    expect(before?.taskToken).toBe('token');
    expect(request).toMatchObject({ state: 'withdrawn', reason: 'token: token' });
  });

  it('changes nothing when another step closes the request first', async () => {
    const { ledger } = openLedger();
    const refused = sampleRequest({ state: 'refused', closedAt: NOW });
    ledger.script.beforeNext('writeRequest', () => ledger.putRequest(refused));
    expect(await updateRequest(REFERENCE, { type: 'expired' }, NOW, ledger)).toEqual({ request: refused });
    expect(ledger.request(REFERENCE)?.request).toEqual(refused);
  });

  it('fails with a retryable error after eight attempts', async () => {
    const { ledger, interfere } = openLedger();
    for (let attempt = 0; attempt < 7; attempt += 1) interfere(`token ${attempt}`);
    expect((await updateRequest(REFERENCE, { type: 'expired' }, NOW, ledger)).request?.state).toBe('expired');
    ledger.putRequest(sampleRequest());
    for (let attempt = 0; attempt < 8; attempt += 1) interfere(`token ${attempt}`);
    const contended = updateRequest(REFERENCE, { type: 'expired' }, NOW, ledger);
    await expect(contended).rejects.toMatchObject({ code: 'RequestContended', retryable: true });
  });
});
