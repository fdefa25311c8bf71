import { areRulesKnown, policyOf, privateReplyAt, rulesFor, windowAt } from '@transom/shared';
import type { Row } from '../../contract/views.ts';
import { useSession, useThread } from '../desk-context.tsx';
import { exactTime, moment, momentAt } from '../display/when.ts';
import { text } from '../text/spoken.ts';
import css from './context-panel.module.css';
import { CopyProof } from './copy-proof.tsx';
import { openingMessage } from './opening-message.ts';
import { Fact, Part } from './part.tsx';
import { useMinute } from './use-minute.ts';

/** The proof behind the clock: which message opened the window, the rule, and its absolute end. */
export function WindowPart({ row }: { readonly row: Row }) {
  const now = useMinute();
  const account = rulesFor(
    row,
    useSession((state) => state.accountOf(row.accountId)),
  );
  const { openedAt, openedBy, comment } = row.window;
  const at = now ?? openedAt ?? row.lastMessageAt;
  const { kind, expiresAt } = windowAt(row.window, at, account);
  const reply = privateReplyAt(row.window, at, account);
  if (!areRulesKnown(account))
    return (
      <Part title={text.context.window}>
        <p className={css.quiet}>{text.update.channel}</p>
      </Part>
    );
  return (
    <Part title={text.context.window}>
      <dl>
        <Fact name={text.context.rule}>{text.context.ruleText[kind]}</Fact>
        {openedAt === null ? null : (
          <Fact name={text.context.openedAt}>
            <OpeningWords openedBy={openedBy} />
            <time title={exactTime(openedAt)}>{moment(openedAt, now)}</time>
          </Fact>
        )}
        {expiresAt === null ? null : (
          <Fact name={kind === 'closed' ? text.context.endedAt : text.context.endsAt}>
            <time className={css.strong} title={exactTime(expiresAt)}>
              {moment(expiresAt, now)}
            </time>
          </Fact>
        )}
        {comment === null || reply.expiresAt === null ? null : (
          <Fact name={text.context.privateReply}>{privateReplyWords(comment, reply.expiresAt, now)}</Fact>
        )}
      </dl>
      <p className={css.proof}>
        {text.context.rulesVersion(policyOf(account).version)}
        <CopyProof openedBy={openedBy} />
      </p>
    </Part>
  );
}

function privateReplyWords(
  comment: NonNullable<Row['window']['comment']>,
  expiresAt: number,
  now: number | null,
): string {
  if (comment.isReplyOnItsWay === true) return text.context.privateReplyOnItsWay;
  if (comment.privateReplyUsedAt !== null)
    return text.context.privateReplyUsed(momentAt(comment.privateReplyUsedAt, now));
  if (now !== null && expiresAt <= now) return text.context.privateReplyExpired(momentAt(expiresAt, now));
  return text.context.privateReplyFree(moment(expiresAt, now));
}

function OpeningWords({ openedBy }: { readonly openedBy: string | null }) {
  const message = useThread((state) => openingMessage(state.messages, openedBy));
  // A reaction opens the window, too, and names the message of ours that it belongs to.
  if (message?.direction === 'outbound') return <span className={css.quote}>{text.context.byReaction}</span>;
  const words = message?.text ?? null;
  if (words === null) return null;
  return (
    <q className={css.quote} dir="auto">
      {words}
    </q>
  );
}
