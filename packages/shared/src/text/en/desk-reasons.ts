/** Why the desk itself does not or cannot do something: refusals, problems with this computer, and the state of the connection. */
export const deskReasons = {
  'unauthorized.not_connected': 'This computer is not connected to a relay. Connect it first; your text stays here.',
  'unauthorized.cut_off': 'This computer was disconnected from the relay before this went out.',
  'unauthorized.cut_off_unanswered':
    'This computer was disconnected before the relay answered, so this may have gone out. Check whether it arrived before you send it again.',
  'unauthorized.cut_off_withdrawing':
    'This computer was disconnected from the relay while this reply was being taken back, so it may have gone out. Check whether it arrived before you send it again.',
  'not_stored.still_fetched': 'The inbox is still loading from the relay. Your text stays here; try again in a moment.',
  'not_stored.no_connection': 'There is no connection to the relay, so nothing was changed. Try again when it is back.',
  'not_stored.no_answer': 'The relay did not answer. Check whether it worked before you try again.',
  'not_stored.repeatedly':
    'The relay repeatedly failed to store this message, so it is held here while later ones go out. It was not sent. Try again later, or ask whoever runs the relay.',
  'not_stored.never_answered':
    'The relay never confirmed or refused this message, so it is held here while later ones go out. Check whether it arrived before you send it again.',
  'not_stored.not_withdrawn':
    'There is no connection to the relay, so the reply could not be taken back. Nothing was changed.',
  'not_stored.withdrawing':
    'The relay has not confirmed yet that the reply was taken back, so it may still go out. Transom keeps asking.',
  'not_stored.withdrawing_kept':
    'The relay has not confirmed yet that the reply was taken back, so it may still go out. Transom keeps asking, and puts your text back into the field once it is taken back.',
  'not_stored.keychain':
    'This computer\u2019s keychain could not store the sign-in, so nothing was changed here. Unlock it and try again with the same code. If that is refused, ask for a new one.',
  'not_stored.files':
    'Transom could not write to its files on this computer, so nothing was changed here. Try again with the same code. If that is refused, ask for a new one.',
  'not_stored.nothing_sent': ({ host }: { host: string }) =>
    `Transom could not connect to a relay at ${host}, so this attempt did not use the code. Check the address and the network, then try again with the same code.`,
  'not_stored.no_complete_answer': ({ host }: { host: string }) =>
    `No complete answer came from ${host}. ${codeInDoubt}`,
  'not_stored.answer_not_understood': ({ host, status }: { host: string; status: number }) =>
    `This version of Transom does not understand the answer from ${host}. ${codeInDoubt} ${forSupport(status)}`,
  'invalid_request.not_understood':
    'The relay did not understand this request, so nothing was done. Transom or the relay needs an update: ask whoever runs the relay.',
  'invalid_request.unknown_reason':
    'The relay refused this for a reason that this version of Transom does not know. An update may explain it.',
  'invalid_request.no_relay': ({ host, status }: { host: string; status: number }) =>
    `There is no working Transom relay at ${host}. Check the address. ${forSupport(status)}`,
  'invalid_request.no_address': 'This is not an address. An address looks like relay.example.com.',
  'invalid_request.address_with_name': 'The address must not contain a user name or password.',
  'invalid_request.https_only':
    'Transom connects to a relay on another computer only over https. Use the address that starts with https.',
  'invalid_request.https': 'The address must start with https.',
  'invalid_request.link_incomplete': 'This is not a complete link.',
  'invalid_request.link_with_name':
    'Links that contain a user name are not opened: they often hide where they really lead.',
  'invalid_request.link_host': 'This is not the name of a website.',
  'invalid_request.link_kind': 'Only web, email and phone links are opened.',
  'invalid_request.link_phone': 'This is not a phone number.',
  'invalid_request.link_mail': 'This is not an email address.',
  'not_found.conversation_gone': 'This conversation no longer exists.',
  'not_configured.browser_notifications': 'In a browser, only the page can show notifications.',
  'not_configured.no_notifications': 'This system cannot show notifications.',
  'not_configured.notification_failed': ({ words }: { words: string }) => words,
  'not_found.out_of_reach':
    'This was not sent. Its conversation is no longer in the inbox, so it cannot be sent from here. Copy any text you still need, then discard it.',
  'not_found.comment_unknown':
    'This was not sent. Transom no longer knows which comment this private reply is for. Press Edit and send it from its conversation, or copy the text and discard it.',
  'recipient_unavailable.nothing_to_write': 'This person\u2019s data was erased, so nothing can be sent here.',
  'id_reused.sent_elsewhere':
    'Another window on this computer has already sent this draft, so it was not sent a second time.',
  'id_reused.may_have_gone_out':
    'The relay has already accepted another version of this message, so it may have gone out. Check whether it arrived. If it did not, press Edit and send it again.',
  'not_withdrawable.no_longer_there': 'This reply no longer exists. Someone may have taken it back already.',
  'not_withdrawable.left_meanwhile':
    'This reply can no longer be taken back: it left the queue while Transom was asking the relay.',
  'not_withdrawable.out_of_sight':
    'The relay did not take this reply back and Transom has lost track of it, so it may have gone out. Check whether it arrived before you send it again.',
  'internal_error.reason_unreadable':
    'The reason why this was held can no longer be read. Check whether it arrived before you send it again.',
  disk_full:
    'This computer\u2019s disk is full, so nothing more can be stored. Free up some space; nothing that was stored is lost.',
  files_busy:
    'Another program, perhaps a backup, is holding Transom\u2019s files on this computer. Transom keeps trying automatically.',
  cache_damaged:
    'The copy of the inbox on this computer has been damaged several times, so this computer\u2019s disk may be failing. Drafts and unsent replies are kept in another file. Have the disk checked.',
  files_unusable: ({ code }: { code: string }) =>
    `Transom cannot use its folder on this computer. Check that Transom may write to the folder, then start it again.${code === '' ? '' : ` If you ask for help, mention ${code}.`}`,
  local_damaged:
    'The file with your drafts and unsent replies (local.db) is damaged. Transom has left it as it is. Restore it from a backup, or move it to another folder to start with an empty one.',
  database_newer:
    'local.db was written by a newer version of Transom. Update Transom on this computer; nothing was changed.',
  keychain_waiting:
    'Waiting for this computer\u2019s keychain, which may be asking you to unlock it. Everything here stays readable.',
  keychain_refused:
    'This computer\u2019s keychain refused to release the sign-in. Unlock the keychain; Transom asks again when you return to this computer or restart Transom.',
  no_keychain: ({ why }: { why: NoKeychain }) => `${noKeychain[why]} ${keptInMemory}`,
  sign_in_missing: 'This computer\u2019s sign-in is missing. Ask for a new code and connect again.',
  sign_in_not_at_hand: ({ why }: { why: NoKeychain }) =>
    `${noKeychain[why]} ${keptInMemory} The earlier sign-in is not available. If it is in the keychain, unlock the keychain and start Transom again. Otherwise ask for a new code.`,
  connecting: 'Connecting to the relay.',
  connection_lost: ({ minutes }: { minutes: number }) =>
    `There has been no connection for ${minutes} minutes. New inquiries do not arrive here until it is back.`,
  catching_up: 'Fetching what you missed.',
  line_broke: 'The connection to the relay was lost. Transom reconnects automatically.',
  relay_unreachable:
    'The relay cannot be reached. Everything here stays readable; replies wait and go out when it is back.',
  line_delayed: ({ sinceAt }: { sinceAt: number }) =>
    `The relay has not answered since ${timeOfDay(sinceAt)}. What you send is stored on this computer, and Transom keeps trying.`,
  device_unknown:
    'The relay no longer knows this computer. Ask whoever runs the relay for a new code and connect again.',
  desk_too_old: 'This version of Transom is too old for the relay. You can still read; update Transom to send.',
  version_not_understood:
    'The relay did not understand this version of Transom. Update both, or ask whoever runs the relay.',
  revoked: 'This computer was disconnected. Ask whoever runs your relay for a new code to connect again.',
} as const;

/** Why this computer's keychain cannot keep the sign-in: unusable, by operating system, or really just a file. */
export type NoKeychain = 'mac' | 'windows' | 'other' | 'file' | 'sandbox';
const noKeychain: Readonly<Record<NoKeychain, string>> = {
  mac: 'Transom cannot use the keychain of this Mac. Unlock the \u201clogin\u201d keychain in Keychain Access, allow Transom when it asks, then start Transom again.',
  windows:
    'Transom cannot use Credential Manager, the Windows keychain. Check that its service is running, or ask whoever looks after this computer, then start Transom again.',
  other:
    'This computer has no keychain that Transom can use. Install a keyring such as GNOME Keyring or KWallet with the library libsecret, unlock it, then start Transom again.',
  file: 'This computer is set up to keep secrets in a plain file (SECRET_BACKEND), which Transom never does. Ask whoever looks after this computer to remove that setting.',
  sandbox: 'Inside Snap and Flatpak, the keychain would be a file, which Transom never uses.',
};
const keptInMemory = 'The sign-in is kept until Transom closes; connect again after that.';
/** Formatted afresh each time: the computer's time zone may have changed since the start. */
const timeOfDay = (at: number): string =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);
const codeInDoubt =
  'The code may or may not have been used. Try again with the same code. If it is refused, ask whoever runs the relay for a new one, and say that this computer may be connected twice.';
const forSupport = (status: number): string => `If you ask for help, mention that the answer was HTTP ${status}.`;
