import type { ChannelEvent } from '../../../inbox/events.ts';
import type { Shape } from '../shape.ts';
import type { Entry } from './entry.ts';

/** What is specific to a channel's deliveries; messages look the same on all of Meta's channels. */
export type MetaWebhooks = {
  /** The delivery's `object`. */
  readonly object: string;
  readonly channel: string;
  /** How items of `changes` are read, by their `field`. */
  readonly fields: Readonly<Record<string, (value: Shape, entry: Entry) => ChannelEvent>>;
};
