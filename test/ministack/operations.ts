import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Cloud } from './cloud.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NODE = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));

/** What a command of an operator came to. */
export interface Ended {
  readonly code: number | null;
  /** Output and errors, as they came. */
  readonly text: string;
}

/** Runs an operator's command against MiniStack, as `npm run` does against AWS. */
export function operate({ miniStack }: Cloud, command: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(NODE, ['--disable-warning=ExperimentalWarning', `scripts/${command}.ts`, ...args], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, ...miniStack.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    const add = (chunk: Buffer) => {
      text += chunk;
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
}
