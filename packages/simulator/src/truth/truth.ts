import type { Clock } from '../clock.ts';
import { type Account, type SimulatedChannel } from './accounts.ts';
import type { NativeIds } from './native-ids.ts';
import type { Openings } from './windows.ts';

/** The true state: accounts, buyers, their threads and comments, and every message that reached a buyer. */
export type ThreadMessage = {
  readonly nativeMessageId: string;
  readonly from: 'buyer' | 'business';
  text: string | null;
  attachments: readonly { readonly type: string; readonly url: string | null }[];
  readonly at: number;
  unsent: boolean;
  edits: number;
  /** What `GET /{mid}?fields=story` returns for a story mention or reply. */
  readonly story: unknown;
};

export type Buyer = {
  readonly id: string;
  readonly account: Account;
  readonly name: string;
  readonly username: string | null;
  readonly conversationId: string;
  /** The person accepts no messages from the business (blocked it, or left). */
  unavailable: boolean;
  /** Wrote or tapped, which is the consent that Meta requires before it shows a profile. */
  consented: boolean;
  readonly openings: Openings;
  /** Oldest first. */
  readonly messages: ThreadMessage[];
};

export type Comment = {
  readonly id: string;
  readonly account: Account;
  /** Null for the business's own. */
  readonly buyer: Buyer | null;
  readonly postId: string;
  readonly parentId: string | null;
  readonly text: string;
  readonly at: number;
  privateReplyId: string | null;
  deleted: boolean;
};

export type Delivered = {
  readonly account: string;
  readonly buyer: string;
  readonly text: string | null;
  readonly nativeMessageId: string;
  readonly at: number;
  readonly tag: string | null;
  readonly commentId: string | null;
};

export type Truth = ReturnType<typeof createTruth>;

export function createTruth(ids: NativeIds, clock: Clock) {
  const accounts = new Map<string, Account>();
  const buyers = new Map<string, Buyer>();
  const buyersByName = new Map<string, Buyer>();
  const comments = new Map<string, Comment>();
  const owners = new Map<string, { buyer: Buyer; message: ThreadMessage }>();
  const conversations = new Map<string, Buyer>();
  const delivered: Delivered[] = [];

  return {
    accounts,
    buyers,
    comments,
    delivered,
    ids,

    addAccount(given: {
      channel: SimulatedChannel;
      name: string;
      username: string | null;
      humanAgentApproved: boolean;
    }): Account {
      const nativeId = ids.account(given.channel);
      const appScopedId = given.channel === 'instagram' ? ids.appScoped() : nativeId;
      const account: Account = {
        ...given,
        nativeId,
        appScopedId,
        // An Instagram account signs in itself; a person connects a Page.
        connectedBy: given.channel === 'instagram' ? appScopedId : `1015${nativeId.slice(-13)}`,
        tokens: [{ value: ids.token(given.channel), issuedAt: clock.now() - 2 * 24 * 60 * 60 * 1_000 }],
        tokenRevoked: false,
        subscribedFields: [],
        waitsForSubscription: false,
      };
      accounts.set(nativeId, account);
      return account;
    },

    accountOfToken: (token: string) =>
      [...accounts.values()].find(({ tokens }) => tokens.some(({ value }) => value === token)),

    /** The person with this name on this account; a second call returns the same person. */
    buyer(account: Account, name: string, username: string | null): Buyer {
      const key = JSON.stringify([account.nativeId, name, username]);
      const known = buyersByName.get(key);
      if (known !== undefined) return known;
      const buyer: Buyer = {
        id: ids.person(account.channel),
        account,
        name,
        username,
        conversationId: ids.conversation(account.channel),
        unavailable: false,
        consented: false,
        openings: { lastAt: null, lastByAdAt: null },
        messages: [],
      };
      buyers.set(buyer.id, buyer);
      buyersByName.set(key, buyer);
      conversations.set(buyer.conversationId, buyer);
      return buyer;
    },

    addMessage(
      buyer: Buyer,
      given: Pick<ThreadMessage, 'from' | 'text' | 'at'> & Partial<Pick<ThreadMessage, 'attachments' | 'story'>>,
    ): ThreadMessage {
      const message: ThreadMessage = {
        nativeMessageId: ids.message(buyer.account.channel),
        unsent: false,
        edits: 0,
        attachments: [],
        story: null,
        ...given,
      };
      const after = buyer.messages.findLastIndex(({ at }) => at <= message.at);
      buyer.messages.splice(after + 1, 0, message);
      owners.set(message.nativeMessageId, { buyer, message });
      return message;
    },

    addComment(given: Pick<Comment, 'account' | 'buyer' | 'postId' | 'parentId' | 'text' | 'at'>): Comment {
      const id = ids.comment(given.account.channel, given.postId);
      const comment: Comment = { ...given, id, privateReplyId: null, deleted: false };
      comments.set(id, comment);
      return comment;
    },

    messageById: (nativeMessageId: string) => owners.get(nativeMessageId),
    conversationById: (conversationId: string) => conversations.get(conversationId),
  };
}
