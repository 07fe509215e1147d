import { type Browser, chromium } from 'playwright-core';

/** Debian's. Another place can be named, such as a developer's own Chrome. */
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Starts the browser. Its sandbox needs rights that containers do not give; it visits this machine alone. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'] });
}
