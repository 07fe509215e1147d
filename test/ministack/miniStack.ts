import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:https';
import { createServer } from 'node:net';
import { devNull, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACCOUNT, REGION } from '../../local/aws/account.ts';
import { waitFor } from './waitFor.ts';

const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/gateloop/ministack', import.meta.url));
const BINARIES = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));

/** A running MiniStack: an AWS emulator of another project. It enforces IAM, and uses TLS because the policies require it. */
export interface MiniStack {
  readonly url: string;
  /** Environment variables for SDK clients and the CDK command line, with the credentials of the account's root. */
  readonly environment: Readonly<Record<string, string>>;
  /** Trusts MiniStack's certificate. NODE_EXTRA_CA_CERTS cannot: Node reads it only when the process starts. */
  readonly agent: Agent;
  /** The path of its log file. */
  readonly log: string;
  close(): Promise<void>;
}

export interface MiniStackOptions {
  /** More environment variables for functions, such as the endpoints of AgentCore. */
  readonly environment: Readonly<Record<string, string>>;
  /** Real seconds that a Wait state takes for each second in its definition. */
  readonly waitScale: number;
}

/**
 * Starts MiniStack on a free port.
 *
 * @throws Error when Python, openssl or the package registry is missing
 */
export async function startMiniStack({ environment, waitScale }: MiniStackOptions): Promise<MiniStack> {
  const python = install();
  const directory = mkdtempSync(join(tmpdir(), 'gateloop-ministack-'));
  const { certificate, key } = makeCertificate(directory);
  const port = await freePort();
  const log = join(directory, 'ministack.log');
  const child = spawn(python, ['-m', 'ministack'], {
    cwd: directory,
    env: {
      ...environment,
      // MiniStack runs functions with the first `node` on the path: the project's, which has Lambda's version.
      PATH: `${BINARIES}${delimiter}${process.env.PATH ?? ''}`,
      TMPDIR: directory,
      STATE_DIR: join(directory, 'state'),
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: 'localhost',
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      MINISTACK_REGION: REGION,
      AUTH: 'true',
      USE_SSL: '1',
      MINISTACK_SSL_CERT: certificate,
      MINISTACK_SSL_KEY: key,
      NODE_EXTRA_CA_CERTS: certificate,
      SFN_WAIT_SCALE: String(waitScale),
      AWS_ACCESS_KEY_ID: ROOT,
      AWS_SECRET_ACCESS_KEY: ROOT,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const file = createWriteStream(log);
  child.stdout.pipe(file);
  child.stderr.pipe(file);
  const url = `https://127.0.0.1:${port}`;
  await waitFor('MiniStack to listen', () => {
    if (child.exitCode !== null)
      throw new Error(`MiniStack ended: ${readFileSync(log, 'utf8').slice(-2000)}`);
    return existsSync(log) && readFileSync(log, 'utf8').includes(`Running on ${url}`);
  });
  return {
    url,
    agent: new Agent({ ca: readFileSync(certificate) }),
    log,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: ROOT,
      AWS_SECRET_ACCESS_KEY: ROOT,
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CA_BUNDLE: certificate,
      NODE_EXTRA_CA_CERTS: certificate,
    },
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(killer);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The access key that MiniStack treats as the account's root. */
const ROOT = 'test';

/** Installs the pinned packages into a virtual environment, one for each content of requirements.txt. Returns its Python. */
function install(): string {
  const version = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 16);
  const home = join(CACHE, version);
  const python = join(home, 'bin/python');
  const done = join(home, 'installed');
  if (existsSync(done)) return python;
  rmSync(home, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  execFileSync('python3', ['-m', 'venv', home], { stdio: 'inherit' });
  const options = [
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--require-hashes',
    '--requirement',
    REQUIREMENTS,
  ];
  execFileSync(python, ['-m', 'pip', 'install', ...options], { stdio: 'inherit' });
  mkdirSync(done);
  return python;
}

function makeCertificate(directory: string): { certificate: string; key: string } {
  const certificate = join(directory, 'server.crt');
  const key = join(directory, 'server.key');
  const subject = ['-subj', '/CN=ministack', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', certificate];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject],
    { stdio: 'ignore' },
  );
  return { certificate, key };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
