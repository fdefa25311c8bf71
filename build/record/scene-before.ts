import type { SimulatorClient } from '@transom/simulator';
import type { Cast } from './cast.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Before anybody has a desk: conversations with every kind of window, so that the first pages are a snapshot of them. */
export async function playBefore(simulator: SimulatorClient, { buyers, page, sauna }: Cast): Promise<void> {
  const { maya, liv, noor, pia, kofi, gone, tom, ruth, ines, wei, hal, silent } = buyers;
  const now = await simulator.now();
  const by = (buyer: typeof maya) => ({ account: buyer.account, buyer });

  await simulator.writes({
    ...by(maya),
    text: 'Hi! How much is the 4-person barrel sauna, installed? \u{1F9D6}\u200D\u2640\uFE0F',
    adTitle: 'Barrel saunas, ready in a week',
  });
  await simulator.writes({ ...by(tom), text: 'Do you deliver to Drammen?', sentAt: now - 30 * hourMs });
  await simulator.writes({ ...by(ines), text: 'Does the cedar cabin fit on a balcony?', sentAt: now - 30 * hourMs });
  await simulator.writes({ ...by(wei), text: 'Can I book a visit to the showroom?', sentAt: now - 20 * hourMs });
  await simulator.comments({ ...by(liv), text: 'What does this one cost?' });
  await simulator.comments({ ...by(noor), text: 'Is it still in stock?', sentAt: now - 8 * dayMs });
  await simulator.comments({ ...by(ruth), text: 'Lovely. How long does the montage take?' });
  // A comment whose author Facebook does not name.
  const time = Math.floor(now / 1_000);
  const value = {
    ...{ item: 'comment', verb: 'add', post_id: `${page.nativeId}_700000000000001`, created_time: time },
    ...{ comment_id: '700000000000001_800000000000001', parent_id: `${page.nativeId}_700000000000001` },
    message: 'Anybody tried it at minus twenty?',
  };
  await simulator.deliverRaw({
    path: '/api/webhooks/facebook',
    body: JSON.stringify({ object: 'page', entry: [{ id: page.nativeId, time, changes: [{ field: 'feed', value }] }] }),
    signature: 'right',
  });
  await deliverOddities(simulator, sauna.nativeId, maya.id, now);
  await simulator.businessWritesElsewhere({ ...by(silent), text: 'Welcome! Ask us anything.' });
  await simulator.writes({ ...by(hal), text: 'What is the price of the wood burning tub?' });
  await simulator.writes({ ...by(gone), text: 'Is there a discount for two?' });
  await simulator.writes({ ...by(kofi), text: 'Hello!' });
  for (let number = 1; number <= 14; number += 1) {
    const sentAt = now - (15 - number) * hourMs;
    await simulator.writes({ ...by(pia), text: `Question ${number} about the size of the deck`, sentAt });
  }
  await simulator.settled();
}

/** A message taken back before it arrived; an unknown kind of event; an unknown account. */
async function deliverOddities(simulator: SimulatorClient, account: string, buyer: string, at: number): Promise<void> {
  const item = { sender: { id: buyer }, recipient: { id: account }, timestamp: at };
  for (const [id, content] of [
    [account, { message: { mid: 'mid.taken.back.before.it.came', is_deleted: true } }],
    [account, { telepathy: { mid: 'mid.unknown' } }],
    ['17841400000009999', { message: { mid: 'mid.elsewhere', text: 'Is this the right shop?' } }],
  ] as const) {
    const entry = [{ id, time: at, messaging: [{ ...item, ...content }] }];
    const body = JSON.stringify({ object: 'instagram', entry });
    await simulator.deliverRaw({ path: '/api/webhooks/instagram', body, signature: 'right' });
  }
}
