/** What people call the channels, by the name used in documents. A channel newer than this desk is called by that name. */
const names: Readonly<Record<string, string>> = { instagram: 'Instagram', facebook: 'Facebook' };
const hiddenOn: Readonly<Record<string, string>> = { facebook: 'Hidden on the Page' };

export function channelName(channel: string): string {
  return names[channel] ?? `${channel.charAt(0).toUpperCase()}${channel.slice(1)}`;
}

export function hidden(channel: string): string {
  return hiddenOn[channel] ?? `Hidden on ${channelName(channel)}`;
}
