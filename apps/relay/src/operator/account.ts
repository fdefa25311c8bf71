import { readFileSync } from 'node:fs';
import { en, sentenceOf } from '@transom/shared';
import { addAccount } from '../accounts/add-account.ts';
import { removeAccount } from '../accounts/disconnect-account.ts';
import { setHumanAgent } from '../accounts/human-agent.ts';
import { channelDefinitions, connectChannels, joinCalls } from '../channels/all.ts';
import { inWork } from '../ledger/agency-work.ts';
import { listAccounts } from '../ledger/documents/account.ts';
import type { Store } from '../store/port.ts';
import { Vault } from '../vault/vault.ts';
import { type Call, type Command, need, oneOf, Refused, UsageError } from './command.ts';
import { chooseAgency, withStore } from './relay-files.ts';

const channelNames = channelDefinitions.map(({ name }) => name);

export const account: Command = {
  name: 'account',
  summary: 'Connect, list or remove the accounts and Pages that buyers write to',
  usage: `add [--agency ID] --channel ${channelNames.join('|')} --token-file FILE [--connected-by ID]
       transom-relay account list [--agency ID]
       transom-relay account remove [--agency ID] --account ID
       transom-relay account human-agent [--agency ID] --account ID --granted yes|no

  --agency ID         the agency, by id or name; may be left out where there is only one
  --channel CHANNEL   ${channelNames.join(' or ')}
  --token-file FILE   holds the access token and nothing else; - reads it from standard input
  --connected-by ID   Meta's id, scoped to your app, of the person whose sign-in gave the Page's token; their deletion requests name it
  --account ID        which account is meant; the conversations of a removed one stay readable
  --granted yes|no    whether Meta granted the Human Agent feature to the app of this account

add asks Meta whose token it is and prints {"accountId","nativeId","name"}. The same account again replaces its token.

human-agent says that Meta granted your app the Human Agent feature: App Review in Meta's dashboard, with business verification, after the
permission for messages. Then a person may answer for 7 days after the buyer last wrote, instead of 24 hours; Transom marks such a late
answer as written by a person. Meta cannot be asked about it, so check the dashboard first: without the grant Meta refuses late answers.`,
  options: {
    agency: { type: 'string' },
    channel: { type: 'string' },
    'token-file': { type: 'string' },
    'connected-by': { type: 'string' },
    account: { type: 'string' },
    granted: { type: 'string' },
  },
  async run(call) {
    const [action] = call.words;
    if (action !== 'add' && action !== 'list' && action !== 'remove' && action !== 'human-agent')
      throw new UsageError('Say what to do: account add, account list, account remove or account human-agent.');
    return withStore(call.settings, async (store) => {
      const agency = await chooseAgency(store, call.option('agency'));
      if (action === 'add') return add(call, store, agency.id);
      if (action === 'human-agent') return humanAgent(call, store, agency.id);
      return action === 'list' ? list(call, store, agency.id) : remove(call, store, agency.id);
    });
  },
};

async function add(call: Call, store: Store, agencyId: string): Promise<number> {
  const channel = oneOf(need(call, 'channel'), 'channel', channelNames);
  const channels = joinCalls(connectChannels(call.settings.channels));
  const token = readToken(need(call, 'token-file'));
  const connectedBy = call.option('connected-by');
  const added = await addAccount(
    { store, vault: new Vault(call.settings.masterKeyFile), channels, clock: Date.now },
    {
      agencyId,
      channel,
      token,
      tokenExpiresAt: null,
      by: 'operator',
      ...(connectedBy === undefined ? {} : { connectedBy }),
    },
  );
  if (!added.ok) throw new Refused(sentenceOf(en, added.why));
  const { accountId, nativeId, name } = added;
  call.tell(
    { accountId, nativeId, name },
    `${added.isNew ? 'Connected' : 'Connected again'}: ${name} (${nativeId}) as ${accountId}.`,
  );
  const { subscriptionTrouble } = added;
  if (subscriptionTrouble !== null) call.remark(`It receives nothing yet: ${sentenceOf(en, subscriptionTrouble)}`);
  return 0;
}

async function list(call: Call, store: Store, agencyId: string): Promise<number> {
  for (const account of await store.forAgency(agencyId).read((tx) => listAccounts(tx, 0))) {
    const { id, channel, name, username, state, humanAgentApproved } = account;
    const trouble = account.trouble === null ? null : { ...account.trouble, detail: sentenceOf(en, account.trouble) };
    call.tell(
      { accountId: id, channel, name, username, state, humanAgentApproved, trouble },
      `${id}  ${channel}  ${name}  ${state}${humanAgentApproved ? '  Human Agent' : ''}${trouble === null ? '' : `  ${trouble.detail}`}`,
    );
  }
  return 0;
}

async function remove(call: Call, store: Store, agencyId: string): Promise<number> {
  const accountId = need(call, 'account');
  const removed = await inWork(store.forAgency(agencyId), Date.now, (work) =>
    removeAccount(work, accountId, 'operator'),
  );
  if (!removed) throw unknownAccount(accountId);
  call.tell(
    { accountId, state: 'disconnected' },
    `Removed ${accountId}: its token is gone, and nothing it gets is taken in from now on.`,
  );
  return 0;
}

async function humanAgent(call: Call, store: Store, agencyId: string): Promise<number> {
  const accountId = need(call, 'account');
  const approved = oneOf(need(call, 'granted'), 'granted', ['yes', 'no']) === 'yes';
  const isThere = await inWork(store.forAgency(agencyId), Date.now, (work) =>
    setHumanAgent(work, accountId, approved, 'operator'),
  );
  if (!isThere) throw unknownAccount(accountId);
  call.tell(
    { accountId, humanAgentApproved: approved },
    approved
      ? `${accountId}: people may now answer for 7 days after a buyer last wrote. Meta refuses that if it did not grant the Human Agent feature to the app.`
      : `${accountId}: people may answer for 24 hours after a buyer last wrote.`,
  );
  return 0;
}

const unknownAccount = (accountId: string) =>
  new Refused(`There is no account ${accountId} in this agency. "transom-relay account list" lists them.`);

function readToken(file: string): string {
  let token: string;
  try {
    token = readFileSync(file === '-' ? 0 : file, 'utf8').trim();
  } catch {
    throw new Refused(`The token file ${file} cannot be read.`);
  }
  if (token === '') throw new Refused(`The token file ${file} is empty.`);
  return token;
}
