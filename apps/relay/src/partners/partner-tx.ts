import type { SqlParams, SystemTx } from '../store/port.ts';

/**
 * Everything that is ever asked about a business for a partner. Nothing here reads a contact, a message, or an id of either.
 *
 *   rules      which windows an account has; stays in this room
 *   waiting    who waits for an answer on an account, as numbers and one time. How long a window is open follows `laneOf` in `due.ts`
 *              of the shared package, computed by the database so that no single conversation leaves it; a test compares both
 *   accounts   how many accounts are in which state
 */
const questions = {
  rules: `select id, channel, policy, human_agent_approved as "humanAgentApproved" from accounts where agency_id = :agency`,
  waiting: `
    with facts as (
      select c.unanswered_since_at,
        case when c.window_by_ad = 1 then c.window_opened_at + :adMs else c.window_opened_at + :standardMs end as direct_until,
        c.window_opened_at + :humanAgentMs as late_until,
        case when c.comment_message_id is not null and (c.private_reply_used_at is null or c.private_reply_on_its_way = 1)
          then c.comment_at + :privateReplyMs end as reply_until
      from conversations c
      where c.agency_id = :agency and c.account_id = :accountId and c.state = 'needs_answer' and c.unreachable = 0
        and (c.snoozed_until is null or c.snoozed_until <= :now)
    ), windows as (
      select unanswered_since_at, case
          when :areRulesKnown = 0 then 9007199254740991
          when direct_until > :now then direct_until
          when late_until > :now then late_until
          when reply_until > :now then reply_until
        end as open_until
      from facts
    )
    select count(open_until) as "needAnswer",
      count(case when open_until - :escalateBeforeMs <= :now then 1 end) as closing,
      count(*) - count(open_until) as missed,
      min(case when open_until is not null then unanswered_since_at end) as "oldestSinceAt"
    from windows`,
  accounts: `select state, count(*) as count from accounts where agency_id = :agency group by state`,
} as const;
export type Question = keyof typeof questions;

/** A partner's handle inside one transaction. It takes questions, not statements, and asks only if a grant is open. */
export type PartnerTx = {
  /** The businesses whose grant is open. */
  businesses(): Promise<{ readonly agencyId: string; readonly name: string; readonly grantedAt: number }[]>;
  isGranted(agencyId: string): Promise<boolean>;
  ask<Row>(question: Question, agencyId: string, params?: SqlParams): Promise<Row[]>;
};

export function partnerTx(tx: SystemTx, partnerId: string): PartnerTx {
  const isGranted = async (agencyId: string): Promise<boolean> => {
    const open = await tx.get(
      `select 1 as found from partner_grants where partner_id = :partnerId and agency_id = :agencyId and ended_at is null`,
      { partnerId, agencyId },
    );
    return open !== undefined;
  };
  return {
    isGranted,
    businesses: () =>
      tx.all(
        `select g.agency_id as "agencyId", a.name, g.granted_at as "grantedAt" from partner_grants g
         join agencies a on a.id = g.agency_id
         where g.partner_id = :partnerId and g.ended_at is null order by g.granted_at, g.id`,
        { partnerId },
      ),
    async ask<Row>(question: Question, agencyId: string, params: SqlParams = {}): Promise<Row[]> {
      if (!Object.hasOwn(questions, question)) throw new Error('A partner asks known questions only.');
      if (!(await isGranted(agencyId))) throw new Error(`No grant is open for agency ${agencyId}.`);
      return tx.forAgency(agencyId).all<Row>(questions[question], params);
    },
  };
}
