import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureRenderer } from '../../build/ensure-renderer.ts';
import { launchChromium } from '../../build/stack/chromium.ts';
import { type Stack, startStack } from '../../build/stack/stack.ts';

/** axe looks at every view of the desk: on a wide and on a narrow screen, and at its colours in both themes and in those of the system. */
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const wide = { width: 1280, height: 800 };
const narrow = { width: 320, height: 568 };

let stack: Stack;
let browser: Browser;
let page: Page;
let unpaired: Page;

beforeAll(async () => {
  ensureRenderer();
  stack = await startStack({ world: 'monday-rush' });
  browser = await launchChromium();
  const [desk, bare] = await Promise.all([stack.startDesk({ code: stack.ownerCode, name: 'Dana' }), stack.startDesk()]);
  page = await browser.newPage({ viewport: wide, reducedMotion: 'reduce' });
  unpaired = await browser.newPage({ viewport: wide });
  await Promise.all([page.goto(desk.ready.url), unpaired.goto(bare.ready.url)]);
  // The page's own policy allows no foreign script; a test's goes past it.
  await Promise.all([page.evaluate(axeSource), unpaired.evaluate(axeSource)]);
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

test('axe finds nothing on the first screen and in an empty inbox', async () => {
  await unpaired.getByTestId('pairing').waitFor();
  expect(await faults(unpaired)).toEqual([]);
  await page.getByTestId('inbox-empty').waitFor();
  expect(await faults(page)).toEqual([]);
});

test('axe finds nothing in the inbox, the search, the keys and the lamp', async () => {
  await stack.simulator.playWorld();
  await page.getByTestId(/^row-/).first().waitFor();
  expect(await faults(page)).toEqual([]);

  await page.keyboard.press('/');
  for (const [query, told] of [
    ['sauna', 'result'],
    ['zebra crossing', 'No name and no message'],
  ] as const) {
    await page.getByTestId('search-field').fill(query);
    await page.getByTestId('search-status').filter({ hasText: told }).waitFor();
    expect(await faults(page)).toEqual([]);
  }
  await page.keyboard.press('Escape');
  await page.getByTestId('search-dialog').waitFor({ state: 'detached' });

  await page.keyboard.press('?');
  await page.getByTestId('keys-dialog').waitFor();
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByTestId('keys-dialog').waitFor({ state: 'detached' });

  await page.getByTestId('lamp').click();
  await page.getByTestId('lamp-facts').waitFor();
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByTestId('lamp-facts').waitFor({ state: 'detached' });
});

test('axe finds nothing in a conversation, its tabs and its details', async () => {
  await openByName('elio.rmn');
  for (const tab of ['mode-private_reply', 'mode-note']) {
    await page.getByTestId(tab).click();
    expect(await faults(page)).toEqual([]);
  }
  await openByName('Renee Castellano');
  await page.getByTestId('mode-reply').click();
  expect(await faults(page)).toEqual([]);
  await page.setViewportSize(narrow);
  await page.getByRole('button', { name: 'Details', exact: true }).click();
  await page.getByTestId('context').waitFor();
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Close details' }).click();
});

test('in the colours of the system, lines tell what grounds told', async () => {
  await page.emulateMedia({ forcedColors: 'active' });
  const lined = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => {
        const { borderBottomWidth, outlineStyle, outlineWidth } = getComputedStyle(element);
        return Math.max(
          Number.parseFloat(borderBottomWidth),
          outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth),
        );
      });
  expect(await lined('[data-side="them"]')).toBeGreaterThan(0);
  expect(await lined('[data-testid="mode-reply"][aria-pressed="true"]')).toBeGreaterThan(0);
  expect(await lined('[role="row"][aria-selected="true"]')).toBeGreaterThan(0);
  expect(await lined('[data-testid="go-inbox"]')).toBeGreaterThan(0);
  expect(await lined('[data-testid="lamp"]')).toBeGreaterThan(0);
  await page.getByTestId('composer').focus();
  expect(await lined('[data-testid="composer-box"] > div')).toBeGreaterThan(1);
  await page.emulateMedia({ forcedColors: 'none' });
});

async function openByName(name: string): Promise<void> {
  await page.setViewportSize(wide);
  await page.keyboard.press('/');
  await page.getByTestId('search-field').fill(name);
  await page.getByTestId('search-status').filter({ hasText: 'result' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('composer').waitFor();
}

/** All rules on both screens; the rules of colour again in the other two sets of colours. */
async function faults(where: Page): Promise<string[]> {
  const found: string[] = [];
  const look = async (name: string, rules: readonly string[] | null) => {
    for (const fault of await axe(where, rules)) found.push(`${name}: ${fault}`);
  };
  await where.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
  await where.setViewportSize(narrow);
  await look('narrow', null);
  await where.setViewportSize(wide);
  await look('wide', null);
  await where.emulateMedia({ colorScheme: 'dark' });
  await look('dark', ['color-contrast', 'link-in-text-block']);
  await where.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
  await look('forced colours', ['color-contrast', 'link-in-text-block']);
  await where.emulateMedia({ forcedColors: 'none' });
  return found;
}

type AxeWindow = { axe: { run(context: Document, options: object): Promise<AxeResults> } };

function axe(where: Page, rules: readonly string[] | null): Promise<string[]> {
  return where.evaluate(async (only) => {
    const options = {
      resultTypes: ['violations'],
      ...(only === null ? {} : { runOnly: { type: 'rule', values: only } }),
    };
    const { violations } = await (window as unknown as AxeWindow).axe.run(document, options);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, html }) => `${id} at ${target.join(' ')}: ${html.slice(0, 160)}`),
    );
  }, rules);
}
