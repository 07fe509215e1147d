import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commands } from '../../cli/commands.ts';
import { runProgram } from '../../cli/program.ts';
import { type LocalEnvironment, startLocalEnvironment } from '../../cli/testing/localEnvironment.ts';
import { startExamples } from '../../examples/startExamples.ts';
import { startChromium } from './chromium.ts';
import { terminalPicture } from './terminalPicture.ts';

const FOLDER = 'examples/workspaces';
const { SCREENSHOTS } = process.env;

let local: LocalEnvironment;
let examples: Awaited<ReturnType<typeof startExamples>>;

beforeAll(async () => {
  examples = await startExamples();
  const { endpoints, secrets } = examples;
  local = await startLocalEnvironment({ agentCore: { endpoints }, secrets });
  for (const file of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })) {
    const path = join(FOLDER, file);
    const [workspace = '', ...rest] = file.split('/');
    if (statSync(path).isFile()) local.system.upload(workspace, rest.join('/'), readFileSync(path));
  }
  await local.system.settle();
  await local.system.advance(7 * 60_000);
});
afterAll(async () => {
  await local.close();
  await examples.close();
});

/** Runs a command as on a terminal with colors. */
function onTerminal(line: string): Promise<string> {
  return local.withFlags(async (flags) => {
    const stdout = Object.assign(new PassThrough({ encoding: 'utf8' }), {
      isTTY: true,
      columns: 132,
      rows: 60,
    });
    let text = '';
    stdout.on('data', (chunk: string) => {
      text += chunk;
    });
    await runProgram(commands, [...line.split(' '), ...flags], { environment: {}, stdout, stderr: stdout });
    return text;
  });
}

it('the picture of the terminal shows what the commands write about the examples', async () => {
  const lines = ['status', 'get gatewayTarget', 'waiting'];
  const shown: [string, string][] = [];
  for (const line of lines) shown.push([`gateloop ${line} --local`, await onTerminal(line)]);
  const picture = terminalPicture(
    shown,
    'Three commands in a terminal: the fleet, the targets, and what waits for whom',
  );
  expect(picture).toContain('gatewayTarget/payments/');
  expect(picture).toContain('class="green"');
  expect(picture).not.toContain('\u001b');
  const browser = await startChromium();
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  await page.setContent(picture);
  const right = async (selector: string) => {
    const boxes = await Promise.all((await page.locator(selector).all()).map((each) => each.boundingBox()));
    return Math.max(...boxes.map((box) => (box ? box.x + box.width : 0)));
  };
  expect(await right('text')).toBeLessThan(await right('rect'));
  if (SCREENSHOTS !== undefined) writeFileSync(join(SCREENSHOTS, 'terminal.svg'), picture);
  await browser.close();
});
