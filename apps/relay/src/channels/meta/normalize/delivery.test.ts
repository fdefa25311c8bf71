import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ChannelEvent, CommentReceived, EchoReceived, MessageReceived } from '../../../inbox/events.ts';
import { normalizeDelivery } from '../../all.ts';

const samples = JSON.parse(readFileSync(new URL('./webhook-samples.json', import.meta.url), 'utf8')) as Record<
  string,
  object
>;

const instagram = '17841400000000001';
const page = '104200000000001';
const cdn = 'https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=';
const dm = { kind: 'dm', postId: null, commentId: null, adTitle: null } as const;

/** What each sample means, in the order of its items. */
const meanings: Record<string, ChannelEvent[]> = {
  'instagram text': [
    message('1200000000000001', 1, 1790000000950, { text: 'Hi, do you have a table for four tonight?' }),
  ],
  'instagram images': [
    message('1200000000000001', 2, 1790000002000, {
      messageKind: 'attachment',
      attachments: [
        { type: 'image', url: `${cdn}17900000000000011&signature=EXAMPLE`, title: null },
        { type: 'image', url: `${cdn}17900000000000012&signature=EXAMPLE`, title: null },
      ],
    }),
  ],
  'instagram reel and post': [
    message('1200000000000001', 3, 1790000003000, {
      messageKind: 'attachment',
      attachments: [{ type: 'ig_reel', url: `${cdn}18000000000000031&signature=EXAMPLE`, title: 'New patio' }],
    }),
    message('1200000000000001', 4, 1790000003100, {
      messageKind: 'attachment',
      attachments: [{ type: 'ig_post', url: 'https://www.instagram.com/p/EXAMPLE/', title: 'Menu' }],
    }),
  ],
  'story mention and story reply': [
    message('1200000000000002', 5, 1790000004000, {
      messageKind: 'story_mention',
      attachments: [{ type: 'story_mention', url: `${cdn}17900000000000021&signature=EXAMPLE`, title: null }],
      source: { ...dm, kind: 'story' },
    }),
    message('1200000000000003', 6, 1790000004100, {
      messageKind: 'story_reply',
      text: 'Is this still on offer?',
      attachments: [{ type: 'story', url: `${cdn}18000000000000041&signature=EXAMPLE`, title: null }],
      replyTo: '18000000000000041',
      source: { ...dm, kind: 'story' },
    }),
  ],
  'inline reply and quick reply': [
    message('1200000000000001', 7, 1790000005000, { text: 'yes, that one', replyTo: 'aWdfZAG1faXRlbToxOk0001' }),
    message('1200000000000001', 8, 1790000005100, { text: 'Pick up' }),
  ],
  'instagram echo': [
    echo(instagram, '1200000000000001', 'aWdfZAG1faXRlbToxOk0009', 1790000006000, { text: 'Yes, 7 pm works.' }),
  ],
  'page echo': [
    echo(page, '7300000000000001', 'm_EXAMPLEecho01', 1790000006100, {
      text: 'Yes, 7 pm works.',
      clientReference: 'out:01JEXAMPLE',
    }),
  ],
  'unsend and unsupported': [
    {
      kind: 'message_unsent',
      senderId: '1200000000000001',
      accountNativeId: instagram,
      nativeMessageId: 'aWdfZAG1faXRlbToxOk0001',
      at: 1790000007000,
    },
    message('1200000000000001', 10, 1790000007100, { messageKind: 'unsupported' }),
  ],
  'instagram reactions and read': [
    reaction('❤️', 1790000008000),
    reaction(null, 1790000008100),
    {
      kind: 'messages_read',
      accountNativeId: instagram,
      senderId: '1200000000000001',
      upTo: { nativeMessageId: 'aWdfZAG1faXRlbToxOk0009' },
    },
  ],
  'page delivery and read': [
    { kind: 'messages_delivered', accountNativeId: page, senderId: '7300000000000001', upTo: { at: 1790000008240 } },
    { kind: 'messages_read', accountNativeId: page, senderId: '7300000000000001', upTo: { at: 1790000008255 } },
  ],
  'instagram edit': [
    {
      kind: 'message_edited',
      senderId: '1200000000000001',
      accountNativeId: instagram,
      nativeMessageId: 'aWdfZAG1faXRlbToxOk0001',
      text: 'Hi, do you have a table for five tonight?',
      at: 1790000009000,
    },
  ],
  'instagram postback and link': [
    message('1200000000000004', 11, 1790000010000, { messageKind: 'postback', text: 'Opening hours' }),
    {
      kind: 'thread_entered',
      accountNativeId: instagram,
      senderId: '1200000000000004',
      at: 1790000010050,
      byAd: false,
    },
  ],
  'instagram message from an ad': [
    message('1200000000000005', 12, 1790000011000, {
      text: 'Can I book?',
      source: { kind: 'ad', postId: null, commentId: null, adTitle: 'Book a table' },
    }),
  ],
  'page postback from an ad, link, opt-in': [
    {
      ...message('7300000000000002', 0, 1790000011250, { messageKind: 'postback', text: 'Get Started' }),
      accountNativeId: page,
      nativeMessageId: 'm_EXAMPLEpb01',
      source: { kind: 'ad', postId: '104200000000001_122100000000009', commentId: null, adTitle: 'Lunch deal' },
    },
    { kind: 'thread_entered', accountNativeId: page, senderId: '7300000000000003', at: 1790000011270, byAd: false },
    unhandled(page, 'optin'),
  ],
  standby: [message('1200000000000006', 13, 1790000012000, { text: 'hello?' })],
  'thread control': [
    unhandled(page, 'pass_thread_control'),
    unhandled(page, 'take_thread_control'),
    unhandled(page, 'request_thread_control'),
    unhandled(page, 'app_roles'),
  ],
  'policy and feedback': [unhandled(page, 'policy_enforcement'), unhandled(page, 'response_feedback')],
  'instagram comment': [comment('1200000000000007', 'ola_n', 71, 1790000014, { text: 'price?' })],
  'instagram comment under an ad': [
    comment('1200000000000008', 'kari.s', 72, 1790000015, {
      parentId: '17900000000000071',
      text: 'same question',
      adTitle: 'Lunch deal',
    }),
  ],
  'instagram comment, flat form': [comment('1200000000000007', 'ola_n', 73, 1790000016, { text: 'and tomorrow?' })],
  'live comment and mention': [
    comment('1200000000000009', 'per_h', 74, 1790000017, { postId: '18000000000000063', text: 'hei!' }),
    unhandled(instagram, 'mentions'),
  ],
  'page comment': [
    {
      kind: 'comment_received',
      accountNativeId: page,
      contact: { senderId: '7300000000000010', name: 'Ola Nordmann', username: null },
      commentId: '122100000000001_500000000000001',
      parentId: null,
      postId: '104200000000001_122100000000001',
      permalink: 'https://www.facebook.com/104200000000001/posts/122100000000001',
      sentAt: 1790000017000,
      text: 'How much?',
      adTitle: null,
      own: false,
    },
  ],
  'page comment edited, removed, reaction': [
    {
      kind: 'comment_changed',
      senderId: '7300000000000010',
      accountNativeId: page,
      commentId: '122100000000001_500000000000001',
      change: 'edited',
      text: 'How much for two?',
      at: 1790000019000,
    },
    {
      kind: 'comment_changed',
      accountNativeId: page,
      commentId: '122100000000001_500000000000001',
      change: 'removed',
      text: null,
      at: 1790000019000,
    },
    unhandled(page, 'feed_reaction'),
  ],
  'page attachments': [
    onPage('m_EXAMPLE0001', 1790000020000, {
      text: 'Hi',
      replyTo: 'm_EXAMPLEecho01',
      attachments: [
        { type: 'fallback', url: 'https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com', title: 'Our menu' },
      ],
    }),
    onPage('m_EXAMPLE0002', 1790000020100, {
      messageKind: 'attachment',
      attachments: [{ type: 'sticker', url: 'https://scontent.xx.fbcdn.net/v/t39/like.png', title: null }],
    }),
    onPage('m_EXAMPLE0003', 1790000020150, {
      messageKind: 'attachment',
      attachments: [{ type: 'appointment_booking', url: null, title: null }],
    }),
  ],
  whatsapp: [unhandled('300000000000001', 'whatsapp')],
  'dashboard test': [unhandled(null, 'dashboard_test')],
};

describe('samples of Meta’s payloads', () => {
  it('are all covered', () => {
    expect(Object.keys(samples)).toEqual(Object.keys(meanings));
  });

  it.each(Object.entries(meanings))('%s', (name, events) => {
    const read = normalizeDelivery(Buffer.from(JSON.stringify(samples[name])));
    expect(read.ok && read.events).toEqual(events);
  });
});

function message(senderId: string, mid: number, sentAt: number, more: Partial<MessageReceived>): MessageReceived {
  return {
    kind: 'message_received',
    accountNativeId: instagram,
    contact: { senderId, name: null, username: null },
    nativeMessageId: `aWdfZAG1faXRlbToxOk${String(mid).padStart(4, '0')}`,
    sentAt,
    messageKind: 'text',
    text: null,
    attachments: [],
    replyTo: null,
    source: dm,
    ...more,
  };
}

function onPage(nativeMessageId: string, sentAt: number, more: Partial<MessageReceived>): MessageReceived {
  return { ...message('7300000000000001', 0, sentAt, more), accountNativeId: page, nativeMessageId };
}

function echo(
  accountNativeId: string,
  recipientId: string,
  nativeMessageId: string,
  sentAt: number,
  more: Partial<EchoReceived>,
): EchoReceived {
  return {
    kind: 'echo_received',
    accountNativeId,
    recipientId,
    nativeMessageId,
    sentAt,
    text: null,
    attachments: [],
    clientReference: null,
    ...more,
  };
}

function comment(
  senderId: string,
  username: string,
  id: number,
  seconds: number,
  more: Partial<CommentReceived>,
): CommentReceived {
  return {
    kind: 'comment_received',
    accountNativeId: instagram,
    contact: { senderId, name: null, username },
    commentId: `179000000000000${id}`,
    parentId: null,
    postId: '18000000000000061',
    permalink: null,
    sentAt: seconds * 1000,
    text: null,
    adTitle: null,
    own: false,
    ...more,
  };
}

function reaction(sign: string | null, at: number): ChannelEvent {
  return {
    kind: 'reaction_received',
    accountNativeId: instagram,
    senderId: '1200000000000001',
    nativeMessageId: 'aWdfZAG1faXRlbToxOk0009',
    reaction: sign,
    at,
  };
}

function unhandled(accountNativeId: string | null, what: string): ChannelEvent {
  return { kind: 'unhandled', accountNativeId, what };
}
