import { type Command, commands, idSchema, messageStateSchema, textSchema } from '@transom/shared';
import * as z from 'zod';
import type { Actor } from '../inbox/actor.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { ApiDeps } from './register-api.ts';
import { type Route, type RouteAnswer, route } from './route.ts';

const id = idSchema;
const text = textSchema;
/** What both routes can also refuse: a role without the right, fields refused on principle, a reused id. */
const always = ['forbidden', 'policy_refused', 'id_reused'] as const;
const accepted = z.object({ id: z.string(), state: messageStateSchema });

/** Sending: the same commands that a desk gives, through the same gate. 202, because Meta is called afterwards. */
export function messageRoutes({ inbox }: ApiDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/messages',
      summary: 'Reply in a conversation; the same clientMessageId again gets the same answer',
      access: 'device',
      body: z.strictObject({ conversationId: id, clientMessageId: id, text }),
      unknownField: 'policy_refused.field',
      answer: { statuses: [202], type: 'application/json', schema: accepted },
      refusals: [...commands['reply.send'].refusals, ...always],
      handle: ({ actor, body: { conversationId, clientMessageId, text } }) =>
        perform(inbox, actor, clientMessageId, { kind: 'reply.send', conversationId, text }),
    }),
    route({
      method: 'POST',
      path: '/api/comments/{id}/private-reply',
      summary: 'The one private reply to a comment; {id} is our message id or Meta\u2019s comment id',
      access: 'device',
      params: z.object({ id }),
      body: z.strictObject({ clientMessageId: id, text }),
      unknownField: 'policy_refused.field',
      answer: { statuses: [202], type: 'application/json', schema: accepted },
      refusals: [...commands['comment.private_reply'].refusals, ...always],
      handle: ({ actor, params, body: { clientMessageId, text } }) =>
        perform(inbox, actor, clientMessageId, { kind: 'comment.private_reply', commentId: params.id, text }),
    }),
  ];
}

async function perform(
  inbox: Inbox,
  actor: Actor,
  commandId: string,
  command: Command,
): Promise<RouteAnswer<z.infer<typeof accepted>>> {
  const answer = await inbox.perform(actor, { id: commandId, command });
  if (!answer.ok) return { refusal: answer.refusal };
  if (answer.messageId === null || answer.state === null)
    throw new Error(`The inbox accepted ${command.kind} without a message.`);
  return { status: 202, body: { id: answer.messageId, state: answer.state } };
}
