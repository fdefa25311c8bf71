/** Why a reply waits, failed or is in doubt, and what is wrong with an account. Programs go by the code before the dot. */
export const outcomeReasons = {
  throttled: 'Meta asked this account to slow down. Your reply is still queued and will be sent afterwards.',
  'throttled.page': 'Meta is limiting this Page for a while, so sending has to wait.',
  'throttled.account': 'Meta asked this account to send more slowly, so sending has to wait.',
  'throttled.automated_questions':
    'Meta\u2019s automated questions are running in this conversation, so sending has to wait.',
  calls_refused:
    'Meta is refusing all calls for this account. Your reply is still queued, and Transom will keep trying to send it.',
  'calls_refused.this':
    'Meta refused the call itself, regardless of the message. Your text is kept, and Transom will try again.',
  'calls_refused.account':
    'Meta refuses every call that this account makes. Your replies are kept. Signing in again does not help: whoever runs the relay must check the app in Meta\u2019s dashboard.',
  reauth_required: 'This account needs to be connected again. Your reply is still queued and will be sent afterwards.',
  'reauth_required.rejected': 'Meta no longer accepts the account\u2019s sign-in. Connect the account again.',
  'reauth_required.permission':
    'The account\u2019s sign-in lacks a permission that sending needs. Connect the account again and grant it.',
  'reauth_required.private_replies':
    'The account\u2019s sign-in lacks the permission for private replies. Connect the account again and grant it.',
  'reauth_required.characters':
    'The sign-in contains characters that Meta never uses in one. Connect the account again.',
  'reauth_required.no_account': 'Meta did not say which account this sign-in belongs to. Connect the account again.',
  'reauth_required.damaged': 'The account\u2019s stored sign-in is damaged. Connect the account again.',
  'reauth_required.none': 'This account has no sign-in. Connect it again.',
  'account_disconnected.queued':
    'This account is disconnected. Your reply is still queued and will be sent once it is connected again.',
  'window_closed.at_meta':
    'Meta no longer accepts messages to this person: the response window is closed. It opens again when they write.',
  refused_in_window:
    'Meta refused this as too late, although this person wrote to you recently enough. The app may lack access to messages: whoever runs it should check its permissions and access level in Meta\u2019s dashboard. Your text is kept.',
  'recipient_unavailable.unknown': 'Meta cannot find this person for this account: they left, or blocked the business.',
  'private_reply_used.at_meta':
    'Meta accepts no private reply to this comment: it was answered before, is older than 7 days, or was deleted.',
  account_restricted: 'Meta does not let this account send messages right now.',
  'account_restricted.by_meta':
    'Meta has restricted messages from this account. Its support inbox in Meta Business Suite says why.',
  'account_restricted.access_off':
    'The account\u2019s owner has switched off access to messages. Switch on \u201cAllow access to messages\u201d under Connected tools in Instagram\u2019s message settings.',
  'account_restricted.roles_only':
    'Meta lets this app write only to people with a role in it. The app needs Advanced Access.',
  'account_restricted.capability':
    'Meta says that the app lacks the capability for this call, or the token belongs to a person instead of a Page. The app\u2019s setup needs a change.',
  'account_restricted.page_messages_off':
    'Messages are switched off for this Page. Switch them on in the Page\u2019s settings.',
  'account_restricted.good_sign_in':
    'Meta refused this message although the account\u2019s sign-in is good: the app may lack access to messages, or the person accepts none. Signing in again may grant a permission that was left out.',
  not_thread_owner:
    'Another app is in charge of this conversation. Answer it there, or wait until that app hands it over.',
  unconfirmed: 'Transom could not confirm that this reply arrived. Look in the app, then say whether it did.',
  'unconfirmed.checking': 'Not sure it went out. Checking\u2026',
  'unconfirmed.relay_stopped': 'The relay stopped while sending this. Checking whether it arrived\u2026',
  'unconfirmed.proof_of_other': 'What looked like proof of delivery belongs to another message. Checking\u2026',
  'unconfirmed.connection_broke': ({ error }: { error: string }) =>
    `The connection to Meta broke before it answered (${error}). The request may have arrived.`,
  'unconfirmed.fault_at_meta': 'Meta reported a fault on its side. The message may have arrived.',
  'unconfirmed.answer_form':
    'Meta handled the request but could not answer in the requested form. The message may have arrived.',
  'unconfirmed.duplicate': 'Meta says that this was sent before. The message may have arrived.',
  'unconfirmed.answer_unreadable': 'Meta\u2019s answer could not be read. The message may have arrived.',
  invalid: 'Meta refused the message for a reason that Transom does not know.',
  'invalid.attachment_too_large': 'The attachment is larger than Meta accepts.',
  'invalid.ids': 'The ID of the account or the person is not a valid Meta ID. Nothing was sent.',
  'invalid.id': 'This is not a valid Meta ID, so Meta was not asked.',
  'invalid.empty': 'Meta refused the message as empty.',
  'invalid.conversation_deleted':
    'The conversation was archived or deleted in the account, so Meta accepts no messages for it.',
  'invalid.gone': 'What you are answering no longer exists at Meta, or this account has no access to it.',
  'invalid.no_reply_allowed': 'Meta does not allow a reply to this.',
  'invalid.form': 'Meta refused the format of this message. This is a fault in Transom or a change at Meta.',
  'invalid.comment_gone': 'The comment no longer exists at Meta, so it cannot be answered.',
  'invalid.not_graph':
    'What answered was not Meta\u2019s Graph API. Check the address that the relay was given for it.',
  not_arrived: 'Someone checked: it did not arrive. It can be sent again.',
  'not_arrived.by': ({ name }: { name: string }) => `${name} checked: it did not arrive. It can be sent again.`,
  not_sent: 'This has not been sent yet. Transom will try again.',
  'not_sent.unreachable': ({ error }: { error: string }) => `Meta could not be reached (${error}). Nothing was sent.`,
  'not_sent.sign_in_refused_once': 'Meta refused the sign-in once, although it is good. Transom will try again.',
  'not_sent.sign_in_in_doubt':
    'Meta refused this and did not say whether the account\u2019s sign-in is still good. Transom will try again.',
  'not_sent.sign_in_unreadable': 'The relay could not read this account\u2019s sign-in. It will try again.',
  not_subscribed:
    'Meta accepted the subscription but left messages out of it, so none would arrive. Check the app\u2019s permissions and connect again.',
  other_agency: ({ name }: { name: string }) =>
    `${name} is connected to another agency of this relay. Remove it there first.`,
} as const;
