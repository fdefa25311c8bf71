import { planSchema } from '@transom/shared';
import { channelDefinitions } from '../channels/all.ts';
import { createAgency } from '../people/create-agency.ts';
import { ensureMasterKey } from '../vault/master-key.ts';
import { Vault } from '../vault/vault.ts';
import { type Command, need, oneOf, Refused } from './command.ts';
import { databaseOf, listAgencies } from './relay-files.ts';

const repliesFromPlusOn = channelDefinitions
  .filter(({ policy }) => policy.replyPlans[0] === 'plus')
  .map(({ policy }) => policy.name)
  .join(' and ');

export const setup: Command = {
  name: 'setup',
  summary: 'Make the database, the master key and an agency; prints the owner\u2019s one-time code',
  usage: `--agency NAME [--plan starter|plus|pro]

  --agency NAME   what the business is called
  --plan PLAN     what it may use (default starter; ${repliesFromPlusOn} replies from plus on)

Prints {"agencyId","ownerCode"}. The code makes the owner's first desk within 24 hours.
Run it again with another name for one more agency.`,
  options: { agency: { type: 'string' }, plan: { type: 'string', default: 'starter' } },
  async run(call) {
    const name = need(call, 'agency').trim();
    const plan = oneOf(need(call, 'plan'), 'plan', planSchema.options);
    const { settings } = call;
    if (ensureMasterKey(settings.masterKeyFile)) {
      call.remark(
        `Made the master key ${settings.masterKeyFile}. Keep a copy apart from the backups: without it the stored sign-ins are lost.`,
      );
    }
    const vault = new Vault(settings.masterKeyFile);
    const store = databaseOf(settings).open();
    try {
      const known = (await listAgencies(store)).find((agency) => agency.name === name);
      if (known !== undefined) {
        throw new Refused(
          `There is an agency "${name}" already (${known.id}). For a new owner's code run: transom-relay invite --agency ${known.id} --role owner`,
        );
      }
      const { agencyId, ownerCode } = await createAgency({ store, vault }, { name, plan }, Date.now());
      call.tell(
        { agencyId, ownerCode },
        `Agency ${name}: ${agencyId}\nOwner's code, good for 24 hours and one desk: ${ownerCode}`,
      );
      return 0;
    } finally {
      await store.close();
    }
  },
};
