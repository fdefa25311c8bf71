import type { Random } from '../random.ts';
import type { SimulatedChannel } from './accounts.ts';

/**
 * Ids in Meta's forms (numbers beyond 2^53 written as text, `m_…` and `aWdf…` message ids).
 * Each kind draws from its own random stream and carries a counter: stable for a seed, and never the same twice.
 */
const digits = '0123456789';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export type NativeIds = ReturnType<typeof createNativeIds>;

export function createNativeIds(random: Random) {
  const counters = new Map<string, { count: number; source: Random }>();

  function draw(kind: string, alphabet: string, length: number): { chance: string; count: number } {
    const counter = counters.get(kind) ?? { count: 0, source: random.fork(kind) };
    counter.count += 1;
    counters.set(kind, counter);
    return { chance: counter.source.characters(alphabet, length), count: counter.count };
  }

  /** `prefix`, random digits, and a counter of seven digits, which comes last so that neighbors differ at the start. */
  function number(kind: string, prefix: string, length: number): string {
    const { chance, count } = draw(kind, digits, length - prefix.length - 7);
    return prefix + chance + String(count).padStart(7, '0');
  }

  function opaque(kind: string, prefix: string, length: number): string {
    const { chance, count } = draw(kind, letters, length);
    return prefix + chance + count.toString(36).toUpperCase().padStart(5, '0');
  }

  return {
    account: (channel: SimulatedChannel) =>
      channel === 'instagram' ? number('ig account', '17841', 17) : number('page', '1042', 15),
    appScoped: () => number('app scoped', '2', 17),
    person: (channel: SimulatedChannel) =>
      channel === 'instagram' ? number('igsid', '12', 16) : number('psid', '73', 16),
    message: (channel: SimulatedChannel) =>
      channel === 'instagram'
        ? `${opaque('ig message', 'aWdfZAG1faXRlbToxOk', 70)}ZD`
        : opaque('page message', 'm_', 60),
    conversation: (channel: SimulatedChannel) =>
      channel === 'instagram'
        ? `${opaque('ig thread', 'aWdfZAG06MTpJR01lc3NhZA2VUaHJlYWQ6', 40)}ZD`
        : number('page thread', 't_', 18),
    post: (channel: SimulatedChannel, accountId: string) =>
      channel === 'instagram' ? number('media', '180', 17) : `${accountId}_${number('post', '1221', 15)}`,
    comment: (channel: SimulatedChannel, postId: string) =>
      channel === 'instagram'
        ? number('ig comment', '179', 17)
        : `${postId.split('_').at(-1)}_${number('fb comment', '5', 15)}`,
    story: () => number('story', '181', 17),
    asset: () => number('asset', '178', 17),
    ad: () => number('ad', '1202', 18),
    token: (channel: SimulatedChannel) => opaque('token', channel === 'instagram' ? 'IGAA' : 'EAA', 120),
    trace: () => opaque('trace', 'A', 16),
  };
}
