import { areRulesKnown, type Message, policyOf, privateReplyAt, rulesFor, windowAt } from '@transom/shared';
import { Check, Copy, ExternalLink, X } from 'lucide-react';
import { memo, type ReactNode, useEffect, useState } from 'react';
import type { Row } from '../../contract/views.ts';
import { exactTime, moment, momentAt } from '../desk/when.ts';
import { useClock, useDesk, useSession, useThread, useView } from '../desk-context.tsx';
import { IconButton } from '../parts/button.tsx';
import { HandoffButtons, HandoffFact } from '../parts/handoff-buttons.tsx';
import { TopicChips } from '../parts/topic-chip.tsx';
import { text } from '../text/en.ts';
import css from './context-panel.module.css';
import { toggleContext } from './over-thread.ts';

/** What the head of the thread does not say: what they want, where they come from, why there is so much time, and who has it. */
export function ContextPanel() {
  const openId = useView((state) => state.openId);
  const row = useThread((state) => state.row);
  // On the way through the list the thread of before is still held: nobody acts on that one.
  if (row === null || row.id !== openId) return <aside className={css.panel} aria-label={text.context.label} />;
  return (
    <aside className={css.panel} aria-label={text.context.label} data-testid="context">
      <Head />
      <Lead row={row} />
      <Source row={row} />
      {row.erasedAt === null ? <WindowProof row={row} /> : null}
      <Handoff row={row} />
    </aside>
  );
}

const Head = memo(function Head() {
  const desk = useDesk();
  return (
    <header className={css.head}>
      <h2 className={css.heading}>{text.context.label}</h2>
      <IconButton label={text.context.close} command="context" onClick={() => toggleContext(desk)}>
        <X size={18} aria-hidden="true" />
      </IconButton>
    </header>
  );
});

function Lead({ row }: { readonly row: Row }) {
  return (
    <Part title={text.context.lead}>
      {row.lead === null ? (
        <p className={css.quiet}>{text.context.noLead}</p>
      ) : (
        <dl>
          <Fact name={text.context.stage}>{text.stage[row.lead.stage]}</Fact>
          <Fact name={text.context.topics}>
            {row.lead.topics.length === 0 ? (
              text.context.noTopics
            ) : (
              <span className={css.wrap}>
                <TopicChips topics={row.lead.topics} />
              </span>
            )}
          </Fact>
        </dl>
      )}
    </Part>
  );
}

function Source({ row }: { readonly row: Row }) {
  const { openExternal } = useDesk();
  const hasComment = row.window.comment !== null || row.source.kind === 'comment';
  // Only where there can be one: a thread of thousands would be searched in vain with every message.
  const permalink = useThread((state) => (hasComment ? newestPermalink(state.messages) : null));
  const { profileUrl } = row.contact;
  return (
    <Part title={text.context.sourceTitle}>
      <dl>
        <Fact name={text.context.source}>{text.source[row.source.kind]}</Fact>
        {row.source.adTitle === null ? null : (
          <Fact name={text.context.adTitle}>
            <bdi>{row.source.adTitle}</bdi>
          </Fact>
        )}
        {profileUrl === null ? null : (
          <Fact name={text.context.profile}>
            <button type="button" className={css.link} onClick={() => void openExternal(profileUrl)}>
              {text.context.openProfile} <ExternalLink size={12} aria-hidden="true" />
            </button>
          </Fact>
        )}
        {permalink === null ? null : (
          <Fact name={text.context.post}>
            <button type="button" className={css.link} onClick={() => void openExternal(permalink)}>
              {text.thread.openPost} <ExternalLink size={12} aria-hidden="true" />
            </button>
          </Fact>
        )}
      </dl>
    </Part>
  );
}

function newestPermalink(messages: readonly Message[]): string | null {
  return messages.findLast(({ comment }) => typeof comment?.permalink === 'string')?.comment?.permalink ?? null;
}

/** The proof behind the clock: which message opened the window, the rule, and its absolute end. */
function WindowProof({ row }: { readonly row: Row }) {
  const now = useClock((state) => (state.now === null ? null : Math.floor(state.now / 60_000) * 60_000));
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
          <Fact name={text.context.privateReply}>
            {comment.isReplyOnItsWay === true
              ? text.context.privateReplyOnItsWay
              : comment.privateReplyUsedAt === null
                ? text.context.privateReplyFree(moment(reply.expiresAt, now))
                : text.context.privateReplyUsed(momentAt(comment.privateReplyUsedAt, now))}
          </Fact>
        )}
      </dl>
      <p className={css.proof}>
        {text.context.rulesVersion(policyOf(account).version)}
        <CopyProof openedBy={openedBy} />
      </p>
    </Part>
  );
}

/** How long the button says that it has copied. */
const copiedMs = 2_000;

/** Meta's own id of the message that opened the window: what its support asks for. Only where the message is here. */
function CopyProof({ openedBy }: { readonly openedBy: string | null }) {
  const nativeId = useThread((state) => openingMessage(state.messages, openedBy)?.nativeMessageId ?? null);
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (outcome === null) return undefined;
    const timer = setTimeout(() => setOutcome(null), copiedMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  if (nativeId === null) return null;
  const copy = () =>
    navigator.clipboard.writeText(nativeId).then(
      () => setOutcome('copied'),
      () => setOutcome('failed'),
    );
  return (
    <>
      <button type="button" className={css.link} data-testid="copy-proof" onClick={() => void copy()}>
        {outcome === null ? text.context.copyProof : text.context.copyOutcome[outcome]}
        {outcome === 'copied' ? <Check size={12} aria-hidden="true" /> : <Copy size={12} aria-hidden="true" />}
      </button>
      <output className="heard">{outcome === null ? '' : text.context.copyOutcome[outcome]}</output>
    </>
  );
}

function openingMessage(messages: readonly Message[], openedBy: string | null): Message | null {
  // It is nearly always among the newest.
  return messages.findLast(({ id }) => id === openedBy) ?? null;
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

function Handoff({ row }: { readonly row: Row }) {
  const now = useClock((state) => (state.now === null ? null : Math.floor(state.now / 60_000) * 60_000));
  return (
    <Part title={text.context.handoff}>
      {row.handoff === null ? null : (
        <p>
          {text.handoffReason[row.handoff.reason]}{' '}
          <span className={css.small}>{text.handoffs.opened(momentAt(row.handoff.openedAt, now))}</span>
        </p>
      )}
      <p className={css.quiet}>
        <HandoffFact row={row} />
      </p>
      <span className={css.actions}>
        <HandoffButtons row={row} withResolve />
      </span>
    </Part>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={css.part}>
      <h3 className={css.title}>{title}</h3>
      {children}
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={css.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
