import { roleSchema } from '@transom/shared';
import { inWork } from '../ledger/agency-work.ts';
import { inviteLifeMs, makeCode } from '../people/codes.ts';
import { type Command, need, oneOf, Refused } from './command.ts';
import { chooseAgency, withStore } from './relay-files.ts';

export const invite: Command = {
  name: 'invite',
  summary: 'Make a one-time code that lets a person, or one more desk of theirs, in',
  usage: `[--agency ID] --role owner|agent|viewer
       transom-relay invite [--agency ID] --person ID

  --agency ID   the agency, by id or name; may be left out where there is only one
  --role ROLE   owners decide, agents answer, viewers read
  --person ID   one more desk for somebody who is there already

Prints {"code","expiresAt"}. The code is good for 15 minutes and one desk.`,
  options: { agency: { type: 'string' }, role: { type: 'string' }, person: { type: 'string' } },
  async run(call) {
    const personId = call.option('person') ?? null;
    const wantedRole = personId === null ? oneOf(need(call, 'role'), 'role', roleSchema.options) : null;
    return withStore(call.settings, async (store) => {
      const agency = await chooseAgency(store, call.option('agency'));
      const made = await inWork(store.forAgency(agency.id), Date.now, async (work) => {
        const person = await work.tx.get<{ role: string }>(
          `select role from people where agency_id = :agency and id = :personId`,
          { personId },
        );
        const role = wantedRole ?? roleSchema.safeParse(person?.role).data;
        if (role === undefined)
          throw new Refused(
            `There is no person ${personId} in ${agency.name}. "transom-relay keys devices" lists them.`,
          );
        return makeCode(work, { role, personId, lifeMs: inviteLifeMs, by: 'operator' });
      });
      call.tell(made, `Code for ${agency.name}, good for 15 minutes and one desk: ${made.code}`);
      return 0;
    });
  },
};
