/** What is said of a reply that waits at the relay; part of the catalogue in `en.ts`. */
export const queuedReply = {
  noReason: 'It waits at the relay.',
  again: (at: string) => `It will be tried again ${at}.`,
  openUntil: (at: string) => `The window is open until ${at}.`,
  closesBefore: (at: string) => `The window closes before that, ${at}.`,
  closed: (at: string) => `The window closed ${at}, so it can no longer be sent.`,
  cancel: 'Cancel',
  cancelled: 'Taken back and not sent.',
  cancelHint: 'Takes it back and does not send it',
  editHint: 'Takes it back and puts the text into the field',
} as const;
