import { planSchema } from '@transom/shared';
import { inWork } from '../ledger/agency-work.ts';
import { readAgency } from '../ledger/documents/account.ts';
import { type Command, need, oneOf } from './command.ts';
import { chooseAgency, withStore } from './relay-files.ts';

export const plan: Command = {
  name: 'plan',
  summary: 'Show or change what an agency may use',
  usage: `[--agency ID] [--plan starter|plus|pro]

  --plan PLAN   the new plan; without it, the present one is printed. Desks hear of it at once`,
  options: { agency: { type: 'string' }, plan: { type: 'string' } },
  async run(call) {
    const wanted = call.option('plan') === undefined ? null : oneOf(need(call, 'plan'), 'plan', planSchema.options);
    return withStore(call.settings, async (store) => {
      const agency = await chooseAgency(store, call.option('agency'));
      const present = await inWork(store.forAgency(agency.id), Date.now, async (work) => {
        const before = (await readAgency(work.tx)).plan;
        if (wanted === null || wanted === before) return before;
        await work.tx.run(`update agencies set plan = :wanted where id = :agency`, { wanted });
        work.touch('agency', agency.id);
        work.record('operator', 'agency.plan_changed', agency.id, { from: before, to: wanted });
        return wanted;
      });
      call.tell({ agencyId: agency.id, plan: present }, `${agency.name} has the plan ${present}.`);
      return 0;
    });
  },
};
