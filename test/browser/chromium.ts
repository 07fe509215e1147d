import { type Browser, chromium } from 'playwright-core';

/** Debian's path by default. `CHROMIUM` can name another browser, such as a developer's Chrome. */
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Starts Chromium without its sandbox, which containers do not permit. The tests open only pages of this machine. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'] });
}
