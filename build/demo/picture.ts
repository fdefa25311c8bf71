import { join } from 'node:path';
import { ensureRenderer } from '../ensure-built.ts';
import { root } from '../root.ts';
import { launchChromium } from '../stack/chromium.ts';
import { startStack } from '../stack/stack.ts';

/** Takes the README's screenshot from the running app: `node build/demo/picture.ts [FILE]`. */
ensureRenderer();
const stack = await startStack({ world: 'monday-rush' });
const browser = await launchChromium();
try {
  const desk = await stack.startDesk({ code: stack.ownerCode, name: 'Dana' });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 });
  await page.goto(desk.ready.url);
  await stack.simulator.playWorld({ speed: 20 });
  await stack.simulator.settled();
  await page.getByTestId(/^row-/).first().click();
  await page.getByTestId('thread').waitFor();
  await page.mouse.move(700, 400);
  await page.waitForTimeout(4_000);
  await page.screenshot({ path: process.argv[2] ?? join(root, 'docs/inbox.png') });
} finally {
  await browser.close();
  await stack.close();
}
