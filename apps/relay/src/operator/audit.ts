import { verifyTrail } from '../trail/chain.ts';
import { type Command, UsageError } from './command.ts';
import { chooseAgency, listAgencies, withStore } from './relay-files.ts';

export const audit: Command = {
  name: 'audit',
  summary: 'Walk the audit trail and say whether anything in it was changed',
  usage: `verify [--agency ID]

Prints {"agencyId","ok","entries","head"} for each agency; write the head down elsewhere, and nobody can exchange the whole trail
unnoticed. Ends with 1 where a trail is broken.`,
  options: { agency: { type: 'string' } },
  async run(call) {
    if ((call.words[0] ?? 'verify') !== 'verify') throw new UsageError('Say: audit verify.');
    return withStore(call.settings, async (store) => {
      const wanted = call.option('agency');
      const agencies = wanted === undefined ? await listAgencies(store) : [await chooseAgency(store, wanted)];
      let broken = 0;
      for (const { id: agencyId, name } of agencies) {
        const verdict = await store.forAgency(agencyId).read(verifyTrail);
        if (!verdict.ok) broken += 1;
        call.tell(
          { agencyId, ...verdict },
          verdict.ok
            ? `${name}: ${verdict.entries} entries, unbroken; head ${verdict.head}`
            : `${name}: broken at entry ${verdict.brokenAt}. Somebody changed the database from outside.`,
        );
      }
      return broken === 0 ? 0 : 1;
    });
  },
};
