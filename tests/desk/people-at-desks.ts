import type { Browser, Locator, Page } from 'playwright-core';
import { operate } from '../../build/stack/operator.ts';
import type { Stack } from '../../build/stack/stack.ts';

/** A person of the agency at a desk of their own, in a window of a real browser. */
export type Seat = {
  readonly page: Page;
  readonly url: string;
  /** The row of the person with this name. */
  row(name: string): Locator;
  /** Opens the conversation with this person and waits until it can be answered. */
  open(name: string): Promise<void>;
  readonly composer: Locator;
};

export async function seatOwner(stack: Stack, browser: Browser, name: string): Promise<Seat> {
  return seat(stack, browser, name, stack.ownerCode);
}

export async function seatAgent(stack: Stack, browser: Browser, name: string): Promise<Seat> {
  return seat(stack, browser, name, await inviteCode(stack, 'agent'));
}

async function seat(stack: Stack, browser: Browser, name: string, code: string): Promise<Seat> {
  const desk = await stack.startDesk({ code, name });
  return openWindow(browser, desk.ready.url);
}

/** Another window of the desk at `url`. */
export async function openWindow(browser: Browser, url: string): Promise<Seat> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(10_000);
  await page.goto(url);
  const row = (who: string) => page.getByTestId(/^row-/).filter({ hasText: who });
  return {
    page,
    url,
    row,
    composer: page.getByTestId('composer'),
    open: async (who) => {
      await row(who).click();
      await page.getByTestId('thread').getByRole('heading', { name: who }).waitFor();
    },
  };
}

async function inviteCode(stack: Stack, role: 'owner' | 'agent'): Promise<string> {
  const asked = ['invite', '--agency', stack.agencyId, '--role', role];
  return (await operate<{ code: string }>(stack.env, ...asked)).code;
}
