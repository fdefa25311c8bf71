import type { Outbox } from '../webhooks/outbox.ts';
import { changeEvent, messagingEvent, type WebhookEvent } from '../webhooks/payloads.ts';
import type { Act, ActAnswer, ActOf } from './acts.ts';
import { commentValue } from './comment-payloads.ts';
import { attachmentsOf } from './media-links.ts';
import type { Buyer, Truth } from './truth.ts';
import { noteOpening } from './windows.ts';

/** The app id of Meta's own inbox, in echoes of what staff typed there (handover pages; 2026). */
const pageInboxAppId = 263902037430900;

export type Performance = { readonly answer: ActAnswer; readonly events: readonly WebhookEvent[] };

/** Makes an act true and returns the webhooks it causes. Throws if the act names something that does not exist. */
export function perform(truth: Truth, mediaUrl: string, buyer: Buyer, act: Act, at: number): Performance {
  const { account } = buyer;
  const { channel } = account;

  function opens(byAd = false): void {
    noteOpening(buyer.openings, at, byAd);
    buyer.consented = true;
  }
  const fromBuyer = (content: object) => messagingEvent(account, buyer.id, account.nativeId, at, content);
  const made = (nativeMessageId: string | null, ...events: WebhookEvent[]): Performance => ({
    answer: { nativeMessageId, commentId: null },
    events,
  });

  function message(
    content: object,
    text: string | null,
    more: { attachments?: { type: string; url: string | null }[]; story?: unknown } = {},
    byAd = false,
  ): Performance {
    opens(byAd);
    const { nativeMessageId } = truth.addMessage(buyer, { from: 'buyer', text, at, ...more });
    return made(
      nativeMessageId,
      fromBuyer({ message: { mid: nativeMessageId, ...(text === null ? {} : { text }), ...content } }),
    );
  }

  switch (act.kind) {
    case 'writes':
      return message(
        {
          ...(act.replyTo === undefined ? {} : { reply_to: { mid: act.replyTo } }),
          ...(act.quickReply === undefined ? {} : { quick_reply: { payload: act.quickReply } }),
          ...referralOf(truth, act),
        },
        act.text,
        {},
        act.adTitle !== undefined,
      );
    case 'sendsAttachment': {
      const attachments = attachmentsOf(truth.ids, mediaUrl, act);
      return message({ attachments: attachments.map(({ wire }) => wire) }, null, { attachments });
    }
    case 'sendsUnsupported':
      return message({ is_unsupported: true }, null);
    case 'repliesToStory': {
      const story = {
        id: act.storyId ?? truth.ids.story(),
        url: `${mediaUrl}/?asset_id=${truth.ids.asset()}&signature=simulated`,
      };
      return message({ reply_to: { story } }, act.text, { story: { reply_to: { id: story.id, link: story.url } } });
    }
    case 'mentionsInStory': {
      const url = `${mediaUrl}/?asset_id=${truth.ids.asset()}&signature=simulated`;
      const attachment = { type: 'story_mention', payload: { url } };
      return message({ attachments: [attachment] }, null, {
        attachments: [{ type: 'story_mention', url }],
        story: { mention: { id: truth.ids.story(), link: url } },
      });
    }
    case 'comments': {
      const postId = postIdOf(truth, buyer, act.postId);
      const comment = truth.addComment({ account, buyer, postId, parentId: act.parentId ?? null, text: act.text, at });
      const event = changeEvent(
        account,
        channel === 'instagram' ? 'comments' : 'feed',
        commentValue(truth.ids, comment, act),
        at,
      );
      return { answer: { nativeMessageId: null, commentId: comment.id }, events: [event] };
    }
    case 'deletesComment':
      return deletesComment(truth, buyer, act, at);
    case 'taps': {
      opens(act.adTitle !== undefined);
      const mid = truth.addMessage(buyer, { from: 'buyer', text: act.title, at }).nativeMessageId;
      const payload = act.payload ?? act.title.toUpperCase().replace(/\W+/g, '_');
      return made(mid, fromBuyer({ postback: { mid, title: act.title, payload, ...referralOf(truth, act) } }));
    }
    case 'followsLink':
      opens();
      return made(
        null,
        fromBuyer({
          referral: {
            ref: act.ref,
            source: channel === 'instagram' ? 'IGME-SOURCE-LINK' : 'SHORTLINK',
            type: 'OPEN_THREAD',
          },
        }),
      );
    case 'reacts': {
      if (act.removes === true)
        return made(act.nativeMessageId, fromBuyer({ reaction: { mid: act.nativeMessageId, action: 'unreact' } }));
      opens();
      const reaction = {
        mid: act.nativeMessageId,
        action: 'react',
        reaction: act.reaction ?? 'love',
        emoji: act.emoji ?? '\u2764\ufe0f',
      };
      return made(act.nativeMessageId, fromBuyer({ reaction }));
    }
    case 'unsends': {
      const mine = ownMessage(truth, buyer, act.nativeMessageId);
      Object.assign(mine, { unsent: true, text: null, attachments: [] });
      // Messenger does not report unsent messages.
      return channel === 'facebook'
        ? made(mine.nativeMessageId)
        : made(mine.nativeMessageId, fromBuyer({ message: { mid: mine.nativeMessageId, is_deleted: true } }));
    }
    case 'edits': {
      const mine = ownMessage(truth, buyer, act.nativeMessageId);
      mine.text = act.text;
      mine.edits += 1;
      return made(
        mine.nativeMessageId,
        fromBuyer({ message_edit: { mid: mine.nativeMessageId, text: act.text, num_edit: mine.edits } }),
      );
    }
    case 'reads': {
      const last = buyer.messages.findLast(({ from }) => from === 'business');
      const mid = act.nativeMessageId ?? last?.nativeMessageId;
      if (mid === undefined) throw new Error(`${buyer.name} cannot read: the business never wrote to this person.`);
      return made(mid, fromBuyer({ read: channel === 'instagram' ? { mid } : { watermark: at } }));
    }
    case 'receives':
      // Instagram has no delivery receipts.
      return channel === 'instagram'
        ? made(act.nativeMessageId)
        : made(act.nativeMessageId, fromBuyer({ delivery: { mids: [act.nativeMessageId], watermark: at } }));
    case 'businessWritesElsewhere': {
      const { nativeMessageId } = truth.addMessage(buyer, { from: 'business', text: act.text, at });
      return made(nativeMessageId, echoEvent(buyer, nativeMessageId, act.text, at, { app_id: pageInboxAppId }));
    }
  }
}

export function performAndTell(
  truth: Truth,
  outbox: Outbox,
  mediaUrl: string,
  buyer: Buyer,
  act: Act,
  at: number,
): ActAnswer {
  const { answer, events } = perform(truth, mediaUrl, buyer, act, at);
  outbox.add(events);
  return answer;
}

/** The echo of a message from the business. Only Messenger says which app sent it and returns `metadata`. */
export function echoEvent(
  buyer: Buyer,
  nativeMessageId: string,
  text: string | null,
  at: number,
  messengerOnly: object,
): WebhookEvent {
  const { account } = buyer;
  const message = {
    mid: nativeMessageId,
    is_echo: true,
    ...(text === null ? {} : { text }),
    ...(account.channel === 'facebook' ? messengerOnly : {}),
  };
  return messagingEvent(account, account.nativeId, buyer.id, at, { message });
}

function referralOf(
  truth: Truth,
  act: { adTitle?: string | undefined; adId?: string | undefined; ref?: string | undefined },
): object {
  if (act.adTitle !== undefined) {
    const ad_id = act.adId ?? truth.ids.ad();
    return {
      referral: {
        ref: act.ref ?? 'ad',
        ad_id,
        source: 'ADS',
        type: 'OPEN_THREAD',
        ads_context_data: { ad_title: act.adTitle },
      },
    };
  }
  return act.ref === undefined ? {} : { referral: { ref: act.ref, source: 'SHORTLINKS', type: 'OPEN_THREAD' } };
}

function deletesComment(truth: Truth, buyer: Buyer, act: ActOf<'deletesComment'>, at: number): Performance {
  const comment = truth.comments.get(act.commentId);
  if (comment?.buyer !== buyer) throw new Error(`${act.commentId} is no comment of ${buyer.name}.`);
  comment.deleted = true;
  const answer = { nativeMessageId: null, commentId: comment.id };
  // Instagram does not report removed comments.
  if (buyer.account.channel === 'instagram') return { answer, events: [] };
  const value = {
    item: 'comment',
    verb: 'remove',
    post_id: comment.postId,
    comment_id: comment.id,
    parent_id: comment.parentId ?? comment.postId,
  };
  return { answer, events: [changeEvent(buyer.account, 'feed', value, at)] };
}

function ownMessage(truth: Truth, buyer: Buyer, nativeMessageId: string) {
  const found = truth.messageById(nativeMessageId);
  if (found?.buyer !== buyer || found.message.from !== 'buyer')
    throw new Error(`${nativeMessageId} is no message of ${buyer.name}.`);
  return found.message;
}

/** A Page's posts are named `<page>_<post>`; without the first half the post is this Page's. */
function postIdOf(truth: Truth, { account }: Buyer, given: string | undefined): string {
  if (given === undefined) return truth.ids.post(account.channel, account.nativeId);
  return account.channel === 'facebook' && !given.includes('_') ? `${account.nativeId}_${given}` : given;
}
