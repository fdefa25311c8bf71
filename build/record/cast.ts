import type { PublicAccount, SimulatedBuyer, SimulatorClient } from '@transom/simulator';

/**
 * The cast: accounts and buyers, created in this order. The simulator derives ids and tokens from its seed and the order, so on a fresh
 * simulator this yields the people of the recording, with the tokens that are sealed in its database.
 */
export const castSeed = 1;
export type Cast = {
  readonly sauna: PublicAccount;
  readonly page: PublicAccount;
  /** Its app has the Human Agent feature. */
  readonly alder: PublicAccount;
  /** Removed in the course of the recording. */
  readonly fjord: PublicAccount;
  readonly buyers: Readonly<Record<BuyerName, SimulatedBuyer & { readonly account: PublicAccount }>>;
};

const people = {
  maya: ['sauna', 'Maya Lindqvist', 'maya.lindqvist'],
  liv: ['sauna', 'Liv Aas', 'liv.aas'],
  noor: ['sauna', 'Noor Haddad', 'noor.builds'],
  pia: ['sauna', 'Pia Holm', 'pia.holm'],
  kofi: ['sauna', 'Kofi Mensah', 'kofi.m'],
  gone: ['sauna', 'Greta Falk', 'greta.falk'],
  erased: ['sauna', 'Otto Brandt', 'otto.brandt'],
  silent: ['sauna', 'Sanna Berg', 'sanna.berg'],
  tom: ['page', 'Tom Reed'],
  ruth: ['page', 'Ruth Okafor'],
  jonas: ['page', 'Jonas Weber'],
  ines: ['alder', 'Ines Duarte', 'ines.duarte'],
  wei: ['alder', 'Wei Zhang', 'wei.zhang'],
  hal: ['fjord', 'Hal Nygaard'],
} as const satisfies Record<string, readonly [string, string, string?]>;
type BuyerName = keyof typeof people;

export async function gatherCast(simulator: SimulatorClient): Promise<Cast> {
  const accounts = {
    sauna: await simulator.addAccount({ channel: 'instagram', name: 'Nordic Saunas', username: 'nordicsaunas' }),
    page: await simulator.addAccount({ channel: 'facebook', name: 'Nordic Saunas' }),
    alder: await simulator.addAccount({
      channel: 'instagram',
      name: 'Alder & Steam',
      username: 'alderandsteam',
      humanAgentApproved: true,
    }),
    fjord: await simulator.addAccount({ channel: 'facebook', name: 'Fjord Baths' }),
  };
  const buyers: Record<string, SimulatedBuyer & { account: PublicAccount }> = {};
  for (const [key, [accountKey, name, username]] of Object.entries(people)) {
    const account = accounts[accountKey];
    const buyer = await simulator.buyer({ account, name, ...(username === undefined ? {} : { username }) });
    buyers[key] = { ...buyer, account };
  }
  return { ...accounts, buyers: buyers as Cast['buyers'] };
}
