/** Texts for a reply that waits at the relay; part of the catalogue in `en.ts`. */
export const queuedReply = {
  noReason: 'It is waiting at the relay.',
  again: (at: string) => `Transom will try again ${at}.`,
  openUntil: (at: string) => `The window is open until ${at}.`,
  closesBefore: (at: string) => `The window closes before that, ${at}.`,
  closed: (at: string) => `The window closed ${at}, so it can no longer be sent.`,
  cancel: 'Cancel',
  cancelled: 'Taken back and not sent.',
  cancelHint: 'Takes the reply back without sending it',
  editHint: 'Takes the reply back and puts its text into the field',
} as const;
