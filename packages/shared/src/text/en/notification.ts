/** What the operating system shows when something deserves attention. Names are already isolated where they need it. */
export const notification = {
  notConnected: 'Not connected to the relay',
  somebody: 'Someone',
  waits: (name: string) => `${name} is waiting for an answer`,
  closesIn: (minutes: number) => `The response window closes in ${minutes} min.`,
  needsPerson: (name: string) => `${name} needs a person`,
  notClaimed: 'Handed off to your team, and nobody has claimed it yet.',
  newLead: (name: string) => `New lead: ${name}`,
  group: (buyers: number) => `${buyers} buyers are waiting`,
  groupBody: 'Open the inbox to see who is first.',
  test: { title: 'Transom', body: 'This is what an alert looks like.' },
} as const;
