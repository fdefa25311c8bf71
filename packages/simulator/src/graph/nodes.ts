import type { Buyer, Comment } from '../truth/truth.ts';
import { type GraphAnswer, graphError, invalidParameter, objectMissing, ok } from './answers.ts';
import { isoTime, readConversation, readMessage } from './conversations.ts';
import { type Fields, parseFields, pick } from './fields.ts';
import type { GraphCall } from './graph.ts';
import { readAccount } from './identity.ts';

/** `GET /{node}`: the account itself, or the conversation, message, comment or person with this id. */
export function readNode(call: GraphCall): GraphAnswer {
  const { account, node, parameters, world } = call;
  const { truth } = world;
  if (node === account.nativeId) return readAccount(call);
  const given = parameters['fields'];
  const fields = given === undefined ? null : parseFields(String(given));
  if (given !== undefined && fields === null) return invalidParameter('Syntax error in the fields parameter.');
  const conversation = truth.conversationById(node);
  if (conversation?.account === account) return ok(readConversation(conversation, fields ?? asked('id')));
  const owned = truth.messageById(node);
  if (owned?.buyer.account === account) {
    const message = readMessage(owned.buyer, owned.message, fields ?? asked('id', 'created_time'));
    return message === null ? objectMissing(node) : ok(message);
  }
  const comment = truth.comments.get(node);
  if (comment?.account === account && !comment.deleted)
    return ok(pick(commentNode(comment), fields ?? asked('id', 'text', 'message')));
  const person = truth.buyers.get(node);
  return person?.account === account
    ? readProfile(person, fields ?? asked('name'), world.mediaUrl())
    : objectMissing(node);
}

function commentNode({ account, buyer, id, text, at, postId, parentId }: Comment): Record<string, unknown> {
  if (account.channel === 'instagram') {
    const username = buyer === null ? account.username : buyer.username;
    return {
      id,
      text,
      username,
      timestamp: isoTime(at),
      from: { id: buyer?.id ?? account.nativeId, username },
      media: { id: postId },
      ...(parentId === null ? {} : { parent_id: parentId }),
    };
  }
  return {
    id,
    message: text,
    created_time: isoTime(at),
    from: { id: buyer?.id ?? account.nativeId, name: buyer?.name ?? account.name },
  };
}

/** A profile is shown only after the person wrote or tapped: a comment is not consent (field report, 2024). */
function readProfile(buyer: Buyer, fields: Fields, mediaUrl: string): GraphAnswer {
  const { account, id, name, username, consented } = buyer;
  const picture = `${mediaUrl}/?asset_id=${id}&signature=simulated`;
  const [first_name = name, ...rest] = name.split(' ');
  const profile: Record<string, unknown> =
    account.channel === 'instagram'
      ? {
          id,
          name,
          username,
          profile_pic: picture,
          follower_count: Number(id.slice(-3)),
          is_user_follow_business: true,
          is_business_follow_user: false,
          is_verified_user: false,
        }
      : { id, name, first_name, last_name: rest.join(' '), profile_pic: picture };
  const missing = [...fields.keys()].find((field) => !(field in profile));
  if (missing !== undefined) return invalidParameter(`Tried accessing nonexisting field (${missing})`);
  if (!consented) return graphError(230, 'User consent is required to access user profile');
  return ok(pick(profile, fields));
}

function asked(...names: string[]): Fields {
  return new Map(names.map((name) => [name, { limit: null, fields: new Map() }]));
}
