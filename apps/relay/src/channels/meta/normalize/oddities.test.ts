import { describe, expect, it } from 'vitest';
import type { ChannelEvent } from '../../../inbox/events.ts';
import { normalizeDelivery } from '../../all.ts';

/** What the samples do not show: field reports, and rules that Meta documents only in prose. */

const account = '17841400000000001';
const person = '1200000000000001';
const at = 1_790_000_000_950;

describe('a message', () => {
  it('keeps every digit of ids that arrive as numbers', () => {
    const body = `{"object":"instagram","entry":[{"id":17841400000000001,"time":${at},"messaging":[{"sender":{"id":12000000000000017},"timestamp":${at},"message":{"mid":"m1","text":"id: 98765432109876543"}}]}]}`;
    expect(eventsOf(body)).toEqual([
      expect.objectContaining({
        kind: 'message_received',
        accountNativeId: account,
        contact: { senderId: '12000000000000017', name: null, username: null },
        text: 'id: 98765432109876543',
      }),
    ]);
  });

  it('is dated by its own time in either unit, and by the notification if it has none', () => {
    const times = [1_790_000_000, '1790000000', at, undefined].map(
      (timestamp) => messaging({ timestamp, message: { mid: 'm', text: 'x' } })[0],
    );
    expect(times.map((event) => event?.kind === 'message_received' && event.sentAt)).toEqual([
      1_790_000_000_000,
      1_790_000_000_000,
      at,
      at + 5,
    ]);
  });

  it.each([
    ['view-once media', { attachments: [{ type: 'ephemeral' }] }, 'unsupported'],
    ['nothing at all', {}, 'unsupported'],
    ['media of no known type', { attachments: [{ type: 'hologram', payload: 'what' }] }, 'attachment'],
    ['attachments that are not a list', { attachments: 'soon', text: 'x' }, 'text'],
    ['a text with a link preview', { text: 'look', attachments: [{ type: 'fallback', payload: null }] }, 'text'],
  ])('with %s is kept', (_name, content, messageKind) => {
    expect(messaging({ message: { mid: 'm', ...content } })).toEqual([
      expect.objectContaining({ kind: 'message_received', messageKind }),
    ]);
  });

  it('keeps an attachment of any shape', () => {
    const attachments = [
      null,
      'text',
      { type: 'image', payload: 'https://cdn.example/a.jpg' },
      { type: 'file', payload: { url: 'javascript:alert(1)' } },
      { type: 'location', payload: { coordinates: { lat: 59.91, long: 10.75 } } },
      {
        type: 'template',
        payload: { product: { elements: [{ title: 'Barrel sauna', image_url: 'https://cdn.example/b.jpg' }] } },
      },
    ];
    expect(messaging({ message: { mid: 'm', attachments } })[0]).toMatchObject({
      attachments: [
        { type: 'unknown', url: null, title: null },
        { type: 'unknown', url: null, title: null },
        { type: 'image', url: 'https://cdn.example/a.jpg', title: null },
        { type: 'file', url: null, title: null },
        { type: 'location', url: null, title: '59.91, 10.75' },
        { type: 'template', url: 'https://cdn.example/b.jpg', title: 'Barrel sauna' },
      ],
    });
  });

  it('is the business’s own without the echo flag, if the account wrote it', () => {
    expect(messaging({ sender: { id: account }, recipient: { id: person }, message: { mid: 'm', text: 'x' } })).toEqual(
      [expect.objectContaining({ kind: 'echo_received', recipientId: person })],
    );
  });

  it('taken back by the business is taken back', () => {
    const message = { mid: 'm', is_echo: true, is_deleted: true };
    expect(messaging({ sender: { id: account }, recipient: { id: person }, message })).toEqual([
      { kind: 'message_unsent', senderId: person, accountNativeId: account, nativeMessageId: 'm', at },
    ]);
  });

  it.each([
    [
      'to itself',
      { sender: { id: account }, recipient: { id: account }, message: { mid: 'm', text: 'x', is_self: true } },
      'self_message',
    ],
    ['without an id', { message: { text: 'x' } }, 'message_incomplete'],
    ['without an author', { sender: undefined, message: { mid: 'm', text: 'x' } }, 'message_incomplete'],
    ['that is not an object', { message: null }, 'message'],
    ['from the dashboard', { message: { mid: 'random_mid', text: 'random_text' } }, 'dashboard_test'],
  ])('%s is not for the inbox', (_name, item, what) => {
    expect(messaging(item)).toEqual([{ kind: 'unhandled', accountNativeId: account, what }]);
  });

  it('that cannot be read does not affect its neighbors', () => {
    const good = { sender: { id: person }, timestamp: at, message: { mid: 'm', text: 'x' } };
    const items = [null, 7, { message: 5 }, good, { reaction: {} }, { ['__proto__']: { message: good.message } }, good];
    const kinds = eventsOf({
      object: 'instagram',
      entry: ['x', { id: account, time: at, messaging: items }, null],
    }).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'message_received')).toHaveLength(2);
    expect(kinds).toHaveLength(9);
  });
});

describe('an edit', () => {
  it.each([0, '0'])('numbered %j is not one, even without people', (num_edit) => {
    expect(
      messaging({ sender: undefined, recipient: undefined, message_edit: { mid: 'm', text: 'x', num_edit } }),
    ).toEqual([{ kind: 'unhandled', accountNativeId: account, what: 'message_edit_zero' }]);
  });

  it('may have its number as text', () => {
    expect(messaging({ message_edit: { mid: 'm', text: 'x', num_edit: '2' } })).toEqual([
      expect.objectContaining({ kind: 'message_edited' }),
    ]);
  });
});

describe('a tap', () => {
  it('without an id is the same tap when it is delivered again', () => {
    const item = { postback: { payload: 'HOURS' } };
    const [first, again] = [messaging(item)[0], messaging(item)[0]];
    expect(first).toMatchObject({
      messageKind: 'postback',
      text: 'HOURS',
      nativeMessageId: `postback:${person}:${at}:HOURS`,
    });
    expect(again).toEqual(first);
  });
});

describe('a reaction', () => {
  it('may come as a word', () => {
    expect(messaging({ reaction: { mid: 'm', action: 'react', reaction: 'smile' } })[0]).toMatchObject({
      reaction: 'smile',
    });
  });
});

describe('a referral', () => {
  it('into an existing thread by an ad says so', () => {
    expect(messaging({ referral: { source: 'ADS', ad_id: 2 ** 60 } })).toEqual([
      { kind: 'thread_entered', accountNativeId: account, senderId: person, at, byAd: true },
    ]);
  });

  it('by a link leaves the message a plain one', () => {
    const referral = { source: 'SHORTLINK', ads_context_data: { ad_title: 'not an ad' } };
    expect(messaging({ message: { mid: 'm', text: 'x', referral } })[0]).toMatchObject({
      source: { kind: 'dm', adTitle: null },
    });
  });
});

describe('a comment', () => {
  it.each([
    ['its author id', { id: account }],
    ['its scoped id', { id: '998', self_ig_scoped_id: '998' }],
  ])('is the account’s own by %s', (_name, from) => {
    expect(change('comments', { id: 'c', from, text: 'Thanks' })).toEqual([expect.objectContaining({ own: true })]);
  });

  it('is kept without an author, and under either name of its id', () => {
    expect(change('comments', { comment_id: 'c', text: 'x' })).toEqual([
      expect.objectContaining({ kind: 'comment_received', commentId: 'c', contact: null, own: false, sentAt: at + 5 }),
    ]);
  });

  it('of a Page is read in old forms', () => {
    const value = {
      item: 'comment',
      verb: 'add',
      comment_id: 5,
      sender_id: 77,
      sender_name: 'Old',
      parent_id: 'c1',
      post_id: 'p1',
      created_time: 1_790_000_001,
    };
    expect(change('feed', value, 'page')).toEqual([
      expect.objectContaining({
        commentId: '5',
        parentId: 'c1',
        contact: { senderId: '77', name: 'Old', username: null },
        sentAt: 1_790_000_001_000,
        text: null,
      }),
    ]);
  });

  it.each([
    ['edit', { kind: 'comment_changed', change: 'edited' }],
    ['hide', { kind: 'comment_changed', change: 'hidden' }],
    ['unhide', { kind: 'comment_changed', change: 'shown' }],
    [null, { kind: 'unhandled', what: 'feed_comment_unknown' }],
  ])('of a Page with verb %s', (verb, event) => {
    expect(change('feed', { item: 'comment', verb, comment_id: 'c' }, 'page')).toEqual([
      expect.objectContaining(event),
    ]);
  });
});

describe('a delivery', () => {
  it('reads all forms of one entry', () => {
    const entry = {
      id: account,
      time: at,
      messaging: [{ sender: { id: person }, message: { mid: 'm1', text: 'x' } }],
      standby: [{ sender: { id: person }, message: { mid: 'm2', text: 'x' } }],
      changes: [{ field: 'comments', value: { id: 'c1' } }],
      field: 'comments',
      value: { id: 'c2' },
      changed_fields: ['feed'],
    };
    expect(eventsOf({ object: 'instagram', entry: [entry] }).map(({ kind }) => kind)).toEqual([
      'message_received',
      'message_received',
      'comment_received',
      'comment_received',
      'unhandled',
    ]);
  });

  it('takes messages that are wrapped as changes', () => {
    expect(
      change('messages', { sender: { id: person }, timestamp: String(at), message: { mid: 'm', text: 'x' } }),
    ).toEqual([expect.objectContaining({ kind: 'message_received', sentAt: at })]);
  });

  it.each([
    [
      'the test of the dashboard for Pages',
      { object: 'page', entry: [{ id: 0, messaging: [{ message: { mid: 'x' } }] }] },
      'dashboard_test',
    ],
    ['an object of another product', { object: 'permissions', entry: [{ id: '1' }] }, 'object_unknown'],
    ['no object', { entry: [{ id: '1' }] }, 'object_unknown'],
    ['no entry', { object: 'page' }, 'entry_unreadable'],
    ['an empty entry', { object: 'page', entry: [{ id: '1' }] }, 'entry_empty'],
    ['a field without value', { object: 'page', entry: [{ id: '1', field: 'feed' }] }, 'change_unreadable'],
    [
      'a field that is a sentence',
      { object: 'page', entry: [{ id: '1', changes: [{ field: 'Hello you', value: {} }] }] },
      'unknown',
    ],
  ])('of %s is counted', (_name, delivery, what) => {
    expect(eventsOf(delivery)).toEqual([expect.objectContaining({ kind: 'unhandled', what })]);
  });

  it('without entries has no events', () => {
    expect(eventsOf({ object: 'instagram', entry: [] })).toEqual([]);
  });

  it.each(['', '[]', '"x"', 'null', '{"object":', '<html></html>'])(
    'that is not a JSON object is reported as such: %j',
    (body) => {
      expect(normalizeDelivery(Buffer.from(body))).toEqual({
        ok: false,
        detail: expect.stringContaining('not a JSON object'),
      });
    },
  );
});

function eventsOf(delivery: object | string): ChannelEvent[] {
  const normalized = normalizeDelivery(Buffer.from(typeof delivery === 'string' ? delivery : JSON.stringify(delivery)));
  if (!normalized.ok) throw new Error(normalized.detail);
  return normalized.events;
}

function messaging(item: object): ChannelEvent[] {
  const whole = { sender: { id: person }, recipient: { id: account }, timestamp: at, ...item };
  return eventsOf({ object: 'instagram', entry: [{ id: account, time: at + 5, messaging: [whole] }] });
}

function change(field: string, value: object, object = 'instagram'): ChannelEvent[] {
  return eventsOf({ object, entry: [{ id: account, time: at + 5, changes: [{ field, value }] }] });
}
