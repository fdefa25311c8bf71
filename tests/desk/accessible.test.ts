import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../build/stack/chromium.ts';
import { operate } from '../../build/stack/operator.ts';
import { type Stack, startStack } from '../../build/stack/stack.ts';

/** axe checks every view of the desk, on a wide and on a narrow screen, in both themes; with forced colors, lines are checked. */
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const wide = { width: 1280, height: 800 };
const narrow = { width: 320, height: 568 };

let stack: Stack;
let browser: Browser;
let page: Page;
let empty: Page;
let unpaired: Page;

beforeAll(async () => {
  stack = await startStack({ world: 'monday-rush' });
  browser = await launchChromium();
  const { ownerCode } = await operate<{ ownerCode: string }>(stack.env, 'setup', '--agency', 'New Saunas');
  const desks = await Promise.all([
    stack.startDesk({ code: stack.ownerCode, name: 'Dana' }),
    stack.startDesk({ code: ownerCode, name: 'Noor', dataDir: `${stack.dir}/empty` }),
    stack.startDesk({ dataDir: `${stack.dir}/unpaired` }),
    stack.simulator.playWorld(),
  ]);
  [page, empty, unpaired] = await Promise.all([
    open(desks[0].ready.url),
    open(desks[1].ready.url),
    open(desks[2].ready.url),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

test('axe finds nothing on the first screen and in an empty inbox', async () => {
  await unpaired.getByTestId('pairing').waitFor();
  expect(await faults(unpaired)).toEqual([]);
  await empty.getByTestId('inbox-empty').waitFor();
  expect(await faults(empty)).toEqual([]);
});

test('axe finds nothing in the inbox', async () => {
  await page.getByTestId(/^row-/).first().waitFor();
  expect(await faults(page)).toEqual([]);
});

test('axe finds nothing in the search, with hits and with none', async () => {
  await page.keyboard.press('/');
  for (const [query, told] of [
    ['sauna', 'result'],
    ['zebra crossing', 'No name or message'],
  ] as const) {
    await page.getByTestId('search-field').fill(query);
    await page.getByTestId('search-status').filter({ hasText: told }).waitFor();
    expect(await faults(page, '[data-testid="search-dialog"]')).toEqual([]);
  }
  await page.keyboard.press('Escape');
  await page.getByTestId('search-dialog').waitFor({ state: 'detached' });
});

test('axe finds nothing in the keys and in the lamp', async () => {
  await page.keyboard.press('?');
  await page.getByTestId('keys-dialog').waitFor();
  expect(await faults(page, '[data-testid="keys-dialog"]')).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByTestId('keys-dialog').waitFor({ state: 'detached' });

  await page.getByTestId('lamp').click();
  await page.getByTestId('lamp-facts').waitFor();
  expect(await faults(page, '[data-testid="lamp-facts"]')).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByTestId('lamp-facts').waitFor({ state: 'detached' });
});

test('axe finds nothing in the conversation of a comment, and in its notes', async () => {
  await openByName('elio.rmn');
  for (const tab of ['mode-private_reply', 'mode-note']) {
    await page.getByTestId(tab).click();
    expect(await faults(page, 'section[data-testid="thread"]')).toEqual([]);
  }
});

test('axe finds nothing in a conversation and its details', async () => {
  await openByName('Renee Castellano');
  await page.getByTestId('mode-reply').click();
  expect(await faults(page)).toEqual([]);
  await page.setViewportSize(narrow);
  await page.getByRole('button', { name: 'Details', exact: true }).click();
  await page.getByTestId('context').waitFor();
  expect(await axe(page, null, 'aside')).toEqual([]);
  await page.getByRole('button', { name: 'Close details' }).click();
});

test('with forced colors, lines show what backgrounds showed', async () => {
  await page.setViewportSize(wide);
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
  expect(await lined('article[data-testid^="message-"] > div')).toBeGreaterThan(0);
  // What is chosen has a thicker line than what is not, and not because of the focus ring.
  await page.getByTestId('lamp').focus();
  const chosen = [
    ['[data-testid="mode-reply"][aria-pressed="true"]', '[data-testid="mode-note"][aria-pressed="false"]'],
    ['[data-testid^="row-"][aria-selected="true"]', '[data-testid^="row-"][aria-selected="false"]'],
    ['[data-testid="go-inbox"][aria-current="page"]', '[data-testid="go-handoffs"]:not([aria-current])'],
  ] as const;
  for (const [one, other] of chosen) expect(await lined(one)).toBeGreaterThan(await lined(other));
  expect(await lined('[data-testid="lamp"]')).toBeGreaterThan(0);
  await page.getByTestId('composer').focus();
  expect(await lined('[data-testid="composer-box"] > div')).toBeGreaterThan(1);
  await page.emulateMedia({ forcedColors: 'none' });
});

async function open(address: string): Promise<Page> {
  const opened = await browser.newPage({ viewport: wide, reducedMotion: 'reduce' });
  opened.setDefaultTimeout(10_000);
  await opened.goto(address);
  // The page's own policy allows no foreign script; evaluating it bypasses that.
  await opened.evaluate(axeSource);
  return opened;
}

async function openByName(name: string): Promise<void> {
  await page.setViewportSize(wide);
  await page.keyboard.press('/');
  await page.getByTestId('search-field').fill(name);
  await page.getByTestId('search-status').filter({ hasText: 'result' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('composer').waitFor();
}

/** The rules that screen width or the theme can break; all others give the same result in each. */
const widthRules = [
  'page-has-heading-one',
  'landmark-one-main',
  'region',
  'heading-order',
  'target-size',
  'scrollable-region-focusable',
];
const colorRules = ['color-contrast', 'link-in-text-block'];

/** Everything axe finds in a page, or in what is open over it. */
async function faults(where: Page, within = 'html'): Promise<string[]> {
  await where.setViewportSize(narrow);
  const onNarrow = await axe(where, widthRules, within);
  await where.setViewportSize(wide);
  const onWide = await axe(where, null, within);
  await where.emulateMedia({ colorScheme: 'dark' });
  const inTheDark = await axe(where, colorRules, within);
  await where.emulateMedia({ colorScheme: 'light' });
  return [
    ...onNarrow.map((fault) => `narrow: ${fault}`),
    ...onWide.map((fault) => `wide: ${fault}`),
    ...inTheDark.map((fault) => `dark: ${fault}`),
  ];
}

type AxeWindow = { axe: { run(context: string, options: object): Promise<AxeResults> } };

function axe(where: Page, rules: readonly string[] | null, within: string): Promise<string[]> {
  return where.evaluate(
    async ([only, context]) => {
      const options = {
        resultTypes: ['violations'],
        ...(only === null ? {} : { runOnly: { type: 'rule', values: only } }),
      };
      const { violations } = await (window as unknown as AxeWindow).axe.run(context, options);
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, html }) => `${id} at ${target.join(' ')}: ${html.slice(0, 160)}`),
      );
    },
    [rules, within] as const,
  );
}
