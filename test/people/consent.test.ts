import { afterEach, describe, expect, it } from 'vitest';
import { Scene } from './scene.ts';

describe('a person who is asked for consent', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('follows the link through the login to a target that is ready', async () => {
    scene = await Scene.start();
    const browser = scene.browser();
    const page = await browser.open(scene.link());
    expect(page.title).toBe('May agents use “issues” for you?');
    const result = await scene.consent(browser);
    expect(result.title).toBe('Done: “issues” is ready');
    expect((await scene.memory())?.state).toBe('ready');
    expect((await scene.memory())?.request).toBeUndefined();
  });
});
