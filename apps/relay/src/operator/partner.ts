import { inWork } from '../ledger/agency-work.ts';
import { forPartner } from '../partners/for-partner.ts';
import { grant } from '../partners/grants.ts';
import { addPartner, addPartnerPerson, listPartners, partnerRoles } from '../partners/partners.ts';
import { type Call, type Command, need, oneOf, Refused, UsageError } from './command.ts';
import { chooseAgency, withStore } from './relay-files.ts';

export const partner: Command = {
  name: 'partner',
  summary: 'Let somebody who looks after several agencies see how each of them does',
  usage: `add --name NAME
       transom-relay partner person --partner ID --name NAME --role manager|viewer
       transom-relay partner grant --partner ID [--agency ID] --by ID
       transom-relay partner list

  --partner ID  which partner is meant; list prints them
  --agency ID   the agency, by id or name; may be left out where there is only one
  --by ID       the owner of the agency who allows it ("transom-relay keys devices" lists people); it stands in the agency's audit trail

A partner sees counts, deadlines and states of accounts, never a name, a text or an id of anybody who writes. Each owner of the agency
may end the grant. list prints each partner with how their agencies do at this moment.`,
  options: {
    partner: { type: 'string' },
    agency: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string' },
    by: { type: 'string' },
  },
  async run(call) {
    const [action] = call.words;
    if (action === 'add') return add(call);
    if (action === 'person') return person(call);
    if (action === 'grant') return allow(call);
    if (action === 'list') return list(call);
    throw new UsageError('Say what to do: partner add, partner person, partner grant or partner list.');
  },
};

function add(call: Call): Promise<number> {
  const name = need(call, 'name');
  return withStore(call.settings, async (store) => {
    const partnerId = await addPartner(store, name, Date.now());
    call.tell({ partnerId, name }, `${name} is partner ${partnerId}.`);
    return 0;
  });
}

function person(call: Call): Promise<number> {
  const about = {
    partnerId: need(call, 'partner'),
    name: need(call, 'name'),
    role: oneOf(need(call, 'role'), 'role', partnerRoles),
  };
  return withStore(call.settings, async (store) => {
    const personId = await addPartnerPerson(store, about, Date.now());
    if (personId === null) throw noPartner(about.partnerId);
    call.tell({ personId, ...about }, `${about.name} (${about.role}) is ${personId}.`);
    return 0;
  });
}

function allow(call: Call): Promise<number> {
  const partnerId = need(call, 'partner');
  const by = need(call, 'by');
  return withStore(call.settings, async (store) => {
    const agency = await chooseAgency(store, call.option('agency'));
    const known = (await listPartners(store)).find(({ id }) => id === partnerId);
    if (known === undefined) throw noPartner(partnerId);
    const granted = await inWork(store.forAgency(agency.id), Date.now, (work) => grant(work, partnerId, by));
    if (granted === null) throw new Refused(`${by} is no owner of ${agency.name}, and only an owner may allow it.`);
    call.tell(
      { ...granted, partnerId, agencyId: agency.id },
      `${known.name} may see how ${agency.name} does (grant ${granted.grantId}).`,
    );
    return 0;
  });
}

function list(call: Call): Promise<number> {
  return withStore(call.settings, async (store) => {
    for (const { id, name, people } of await listPartners(store)) {
      const handle = forPartner(store, id);
      const businesses = [];
      for (const { agencyId, name: agency } of await handle.businesses()) {
        const glance = await handle.glance(agencyId, Date.now());
        if (glance !== null) businesses.push({ ...glance, agency });
      }
      const lines = businesses.map(
        ({ agency, needAnswer, closing, missed }) =>
          `\n  ${agency}: ${needAnswer} need an answer, ${closing} of them close within 4 hours, ${missed} missed`,
      );
      call.tell({ partnerId: id, name, people, businesses }, `${id}  ${name}, people: ${people}${lines.join('')}`);
    }
    return 0;
  });
}

const noPartner = (id: string): Refused =>
  new Refused(`There is no partner ${id}. "transom-relay partner list" lists them.`);
