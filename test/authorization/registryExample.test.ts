import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { linksIn, type System, startSystem } from '../system/system.ts';
import { Browser } from './browser.ts';

const WORKSPACE = 'catalog';
const FOLDER = join(import.meta.dirname, '../../examples/registry', WORKSPACE);

let system: System;
beforeAll(async () => {
  system = await startSystem({ agentCore: { behaviors: { unreachable: 'accepted' } } });
});
afterAll(() => system.close());

it('examples/registry: asks about what it publishes, and makes a target of the server that is approved', async () => {
  for (const entry of readdirSync(FOLDER, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) system.upload(WORKSPACE, path.slice(FOLDER.length + 1), readFileSync(path, 'utf8'));
  }
  await system.settle();
  expect(system.states(WORKSPACE)).toEqual({
    agents: 'ready',
    catalog: 'ready',
    'bank-details': 'awaiting-approval',
    'payment-forms': 'awaiting-approval',
    'agents-gateway': 'ready',
  });
  const browser = new Browser(system.gateloop);
  const pages = await Promise.all(
    linksIn(system.gateloop.aws.outbox.list()).map((link) => browser.open(link)),
  );
  expect(pages.map(({ title }) => title).toSorted()).toEqual([
    'May “bank-details” enter the registry?',
    'May “payment-forms” enter the registry?',
  ]);
  expect(pages.find(({ title }) => title.includes('payment-forms'))?.text).toContain(
    '│ 1. Check the IBAN with `check_iban`.',
  );
  for (const { url } of pages) await browser.submit(`${url}/decide`, { answer: 'yes' });
  // The events of the registry come after the decisions.
  await system.advance(60_000);
  expect(system.states(WORKSPACE)).toEqual({
    agents: 'ready',
    catalog: 'ready',
    'bank-details': 'ready',
    'payment-forms': 'ready',
    'agents-gateway': 'ready',
    'agents/bank-details': 'ready',
  });
});
