import type { Shape } from '../shape.ts';

/** One item of `messaging[]` or `standby[]`, with what every kind of item needs. */
export type Item = {
  readonly shape: Shape;
  readonly accountNativeId: string;
  readonly senderId: string | null;
  readonly recipientId: string | null;
  /** ms */
  readonly at: number;
};
