import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../../build/stack/chromium.ts';
import { type Stack, startStack } from '../../build/stack/stack.ts';

/**
 * People who need large letters zoom in, and the window of a small laptop is low: each control of each view can be scrolled to and pressed,
 * and the page itself never scrolls sideways.
 */
const windows = [
  { width: 1280, height: 800 },
  // A laptop of 1366 × 768 at 150 %, and one of 1440 × 900 at 200 %.
  { width: 911, height: 512 },
  { width: 720, height: 450 },
  { width: 400, height: 700 },
  { width: 320, height: 568 },
  // 1280 × 1024 at 400 %, where WCAG asks for reflow.
  { width: 320, height: 256 },
] as const;

let stack: Stack;
let browser: Browser;
let page: Page;
let unpaired: Page;

beforeAll(async () => {
  stack = await startStack({ world: 'monday-rush' });
  browser = await launchChromium();
  const [desk, bare] = await Promise.all([
    stack.startDesk({ code: stack.ownerCode, name: 'Dana' }),
    stack.startDesk({ dataDir: `${stack.dir}/unpaired` }),
    stack.simulator.playWorld(),
  ]);
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  unpaired = await browser.newPage();
  page.setDefaultTimeout(10_000);
  await Promise.all([page.goto(desk.ready.url), unpaired.goto(bare.ready.url)]);
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

describe('in every window everything can be reached', () => {
  test('in the list and the rail', async () => {
    await page.getByTestId(/^row-/).first().waitFor();
    await reached(page, ['go-inbox', 'go-handoffs', 'lamp']);
  });

  test('in the search and in the keys', async () => {
    await wide();
    await page.keyboard.press('/');
    await page.getByTestId('search-field').fill('sauna');
    await page.getByTestId('search-status').filter({ hasText: 'result' }).waitFor();
    await reached(page, ['search-field'], '[role="dialog"]');
    await page.keyboard.press('Escape');
    await page.getByTestId('search-dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByTestId('keys-dialog').waitFor();
    await reached(page, [], '[role="dialog"]');
    await page.keyboard.press('Escape');
    await page.getByTestId('keys-dialog').waitFor({ state: 'detached' });
  });

  test('in the lamp', async () => {
    await wide();
    await page.getByTestId('lamp').click();
    await page.getByTestId('lamp-facts').waitFor();
    await reached(page, [], '[data-testid="lamp-facts"]');
    await page.keyboard.press('Escape');
    await page.getByTestId('lamp-facts').waitFor({ state: 'detached' });
  });

  test('in a conversation with each of its tabs, and in its details', async () => {
    await wide();
    await openByName('elio.rmn');
    for (const tab of ['mode-private_reply', 'mode-note']) {
      await page.getByTestId(tab).click();
      await reached(page, ['composer', 'send', 'mode-note', 'lamp', 'go-inbox']);
      await wide();
    }
    for (const size of windows) {
      await page.setViewportSize(size);
      const panel = page.getByTestId('context');
      if (!(await panel.isVisible())) await page.getByRole('button', { name: 'Details', exact: true }).click();
      await panel.waitFor();
      await expect.poll(() => outOfReach(page, 'aside')).toEqual({ size, controls: [], sideways: 0 });
    }
  });

  test('on the first screen', async () => {
    await unpaired.getByTestId('pairing').waitFor();
    await reached(unpaired, ['pairing-relay', 'pairing-code', 'pairing-name', 'pairing-submit']);
  });
});

async function openByName(name: string): Promise<void> {
  await page.keyboard.press('/');
  await page.getByTestId('search-field').fill(name);
  await page.getByTestId('search-status').filter({ hasText: 'result' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('composer').waitFor();
}

function wide(): Promise<void> {
  return page.setViewportSize(windows[0]);
}

/** In each window: the controls with these test ids are there, and each control within `scope` can be pressed. */
async function reached(where: Page, testIds: readonly string[], scope = 'body'): Promise<void> {
  for (const size of windows) {
    await where.setViewportSize(size);
    for (const testId of testIds) expect(await where.getByTestId(testId).isVisible(), testId).toBe(true);
    // What is open over the page moves into place a moment after the window has changed.
    await expect.poll(() => outOfReach(where, scope)).toEqual({ size, controls: [], sideways: 0 });
  }
}

/** What a person cannot press after scrolling to it, and by how much the page is wider than its window. */
async function outOfReach(where: Page, scope: string) {
  const found = await where.evaluate((within) => {
    const controls = [
      ...document.querySelectorAll<HTMLElement>(`${within} :is(button, textarea, input, a[href], [role="row"])`),
    ];
    const isMissed = (control: HTMLElement) => {
      if (control.checkVisibility({ visibilityProperty: true }) !== true) return false;
      control.scrollIntoView({ block: 'center', inline: 'nearest' });
      const { left, top, width, height } = control.getBoundingClientRect();
      const hit = document.elementFromPoint(left + width / 2, top + height / 2);
      return hit === null || !(control === hit || control.contains(hit));
    };
    return {
      seen: controls.length,
      controls: controls.filter(isMissed).map(({ outerHTML }) => outerHTML.slice(0, 200)),
      sideways: Math.max(0, document.documentElement.scrollWidth - window.innerWidth),
    };
  }, scope);
  expect(found.seen).toBeGreaterThan(0);
  return { size: where.viewportSize(), controls: found.controls, sideways: found.sideways };
}
