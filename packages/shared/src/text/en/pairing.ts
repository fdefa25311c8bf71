/** The first screen of a desk that is not connected yet; part of the catalogue in `en.ts`. */
export const pairing = {
  title: 'Connect this desk',
  lead: 'Transom shows you who is writing to you on Instagram and Facebook, and how long you have to answer.',
  relayUrl: 'Relay address',
  relayHint: 'From the person who runs your relay, for example https://relay.example.com',
  code: 'Pairing code',
  codeHint: 'Works once, and only for a short time. Whoever runs your relay can create a new one.',
  name: 'Your name',
  nameHint: 'Colleagues see it next to what you claim and write.',
  submit: 'Connect',
  working: 'Connecting…',
  noAnswer:
    'There was no answer, so this desk may or may not be connected. If you are still asked for a code, try the same one again.',
  keychainTitle: 'Waiting for the keychain',
  keychainLead:
    'Transom keeps its sign-in in this computer’s keychain, which has not answered yet. It may be asking you to unlock it.',
} as const;
