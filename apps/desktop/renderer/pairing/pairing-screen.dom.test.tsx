import { afterEach, expect, it } from 'vitest';
import { draw, shows, type, wordsOf } from '../testing/draw.tsx';
import { deskWith, testSession, type World } from '../testing/test-desk.ts';
import { text } from '../text/spoken.ts';
import { KeychainScreen } from './keychain-screen.tsx';
import { PairingScreen } from './pairing-screen.tsx';

afterEach(() => localStorage.clear());

const unpaired = { paired: false, relayUrl: null, person: null, agency: null, accounts: [] };

async function screen(world: World = {}) {
  const desk = await deskWith({ ...world, session: { ...unpaired, ...world.session } });
  const page = draw(desk, <PairingScreen />);
  await shows(() => expect(page.has('pairing')).toBe(true));
  return { desk, page, submit: () => page.get('pairing-submit') as HTMLButtonElement };
}

const fill = (page: Awaited<ReturnType<typeof screen>>['page']) => {
  type(page.get('pairing-relay'), ' https://relay.example.com ');
  type(page.get('pairing-code'), 'ABCD-EFGH');
  type(page.get('pairing-name'), 'Mara');
};

it('asks for three things, begins with the first, and connects with all of them', async () => {
  const asked: unknown[] = [];
  const { page, submit } = await screen({
    functions: {
      'session.pair': async (input) => {
        asked.push(input);
        return { ok: true };
      },
    },
  });
  await shows(() => expect(document.activeElement).toBe(page.get('pairing-relay')));
  expect(submit().disabled).toBe(true);
  fill(page);
  await shows(() => expect(submit().disabled).toBe(false));
  expect(await page.faults()).toEqual([]);
  submit().click();
  await shows(() =>
    expect(asked).toEqual([{ relayUrl: 'https://relay.example.com', code: 'ABCD-EFGH', name: 'Mara' }]),
  );
});

it('begins with the code where the relay is known, and keeps what was typed', async () => {
  localStorage.setItem('transom.pairing.name', 'Mara');
  const { page } = await screen({ session: { relayUrl: 'https://relay.example.com' } });
  await shows(() => expect(document.activeElement).toBe(page.get('pairing-code')));
  expect([
    (page.get('pairing-relay') as HTMLInputElement).value,
    (page.get('pairing-name') as HTMLInputElement).value,
  ]).toEqual(['https://relay.example.com', 'Mara']);
});

it('says why it was refused, also to screen readers', async () => {
  const { page, submit } = await screen({
    functions: {
      'session.pair': async () => ({ ok: false, refusal: { code: 'forbidden', detail: 'That code was used before.' } }),
    },
  });
  fill(page);
  await shows(() => expect(submit().disabled).toBe(false));
  submit().click();
  await shows(() => expect(wordsOf(page.get('pairing-refusal'))).toBe('That code was used before.'));
  expect(page.get('pairing-refusal').closest('[role="alert"]')).not.toBeNull();
  expect(await page.faults()).toEqual([]);
});

it('says why the relay no longer lets this desk in', async () => {
  const connection = {
    ...testSession.connection,
    relay: 'refused',
    reason: { code: 'signed_out', detail: 'This desk was signed out.' },
  } as const;
  const { page } = await screen({ session: { connection } });
  expect(wordsOf(page.get('pairing-refusal'))).toBe('This desk was signed out.');
});

it('asks for no code before the keychain has answered', async () => {
  const page = draw(await deskWith(), <KeychainScreen />);
  await shows(() => expect(wordsOf(page.get('keychain-waiting'))).toContain(text.pairing.keychainTitle));
  expect(await page.faults()).toEqual([]);
});
