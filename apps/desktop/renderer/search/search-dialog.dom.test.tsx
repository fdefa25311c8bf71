import { describe, expect, it } from 'vitest';
import type { SearchHit } from '../../contract/views.ts';
import { commandIds, commands, labelOf } from '../commands/commands.ts';
import { shownKeys } from '../commands/key-names.ts';
import { testNow, testRow } from '../display/test-rows.ts';
import type { Dialog } from '../stores/view.ts';
import { draw, press, shows, type, wordsOf } from '../testing/draw.tsx';
import { deskWith, type World } from '../testing/test-desk.ts';
import { text } from '../text/spoken.ts';
import { SearchDialog } from './search-dialog.tsx';

const hit = (id: string, excerpt: string, marks: SearchHit['marks'] = []): SearchHit => ({
  conversationId: id,
  messageId: 'm',
  contact: { id, name: `Buyer ${id}`, username: null, channel: 'instagram' },
  excerpt,
  marks,
  sentAt: testNow,
});
const finds = (...hits: SearchHit[]): World => ({
  rows: { answer: [testRow('a'), testRow('b')] },
  functions: { 'search.find': async () => ({ hits }) },
});

async function dialog(kind: Dialog, world: World = {}) {
  const desk = await deskWith(world);
  const page = draw(desk, <SearchDialog />);
  desk.view.getState().setDialog(kind);
  await shows(() => expect(page.has('search-field')).toBe(true));
  const field = page.get('search-field');
  await shows(() => expect(document.activeElement).toBe(field));
  const options = () => [...document.querySelectorAll('[role="option"]')];
  return { desk, page, field, options, status: () => wordsOf(page.get('search-status')) };
}

describe('the palette', () => {
  it('offers every command that makes sense from there, by name and with its keys', async () => {
    const { page, options } = await dialog('palette');
    const offered = commandIds.filter((id) => commands[id].isOffered);
    expect(offered).toContain('resolve');
    expect(options().map(wordsOf)).toEqual(offered.map((id) => labelOf(id) + shownKeys(id).join('')));
    expect(await page.faults()).toEqual([]);
  });

  it('runs what is chosen by keys, and closes', async () => {
    const { desk, field, options } = await dialog('palette');
    type(field, 'go to');
    await shows(() => expect(options()).toHaveLength(2));
    press('ArrowDown');
    await shows(() => expect(field.getAttribute('aria-activedescendant')).toBe(options()[1]?.id));
    expect(options()[1]?.getAttribute('aria-selected')).toBe('true');
    press('Enter');
    await shows(() => expect([desk.view.getState().place, desk.view.getState().dialog]).toEqual(['handoffs', null]));
  });

  it('runs what is clicked', async () => {
    const { desk, field, options } = await dialog('palette');
    type(field, text.command.theme);
    await shows(() => expect(options()).toHaveLength(1));
    (options()[0] as HTMLElement).click();
    await shows(() => expect(desk.view.getState().theme).toBe('light'));
  });
});

describe('the search', () => {
  it('shows whom it found and where, and leads to the message', async () => {
    const { page, desk, field, options, status } = await dialog('search', finds(hit('a', 'a barrel sauna', [[2, 8]])));
    expect(options()).toEqual([]);
    expect(field.getAttribute('aria-label')).toBe(text.search.title);
    type(field, 'barrel');
    await shows(() => expect(status()).toBe(text.search.count(1)));
    expect(options().map(wordsOf)).toEqual(['Buyer anowa barrel sauna']);
    expect(options()[0]?.querySelector('mark')?.textContent).toBe('barrel');
    expect(await page.faults()).toEqual([]);
    press('Enter');
    await shows(() => expect([desk.view.getState().openId, desk.view.getState().dialog]).toEqual(['a', null]));
  });

  it('waits for the answer when Enter comes before it', async () => {
    const { desk, field } = await dialog('search', finds(hit('b', 'Buyer b')));
    type(field, 'b');
    await shows(() => expect((field as HTMLInputElement).value).toBe('b'));
    type(field, 'buyer b');
    await shows(() => expect(desk.search.getState().query).toBe('buyer b'));
    press('Enter');
    await shows(() => expect(desk.view.getState().openId).toBe('b'));
  });

  it('says how much it searched when it found nothing, and when it could not search', async () => {
    let isBroken = false;
    const { page, field, status } = await dialog('search', {
      rows: { answer: [testRow('a')] },
      functions: {
        'search.find': async () => {
          if (isBroken) throw new Error('The core is away.');
          return { hits: [] };
        },
      },
    });
    expect(status()).toBe(text.search.hint);
    type(field, 'zebra crossing');
    await shows(() => expect(status()).toBe(text.search.none('zebra crossing', 1)));
    expect(await page.faults()).toEqual([]);
    isBroken = true;
    type(field, 'zebra');
    await shows(() => expect(status()).toBe(text.search.failed));
  });
});
