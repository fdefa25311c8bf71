import type { Channel } from '@transom/shared';
import type { ReactNode } from 'react';
import { text } from '../text/spoken.ts';
import css from './channel-badge.module.css';

/**
 * The only table of channel pictures: each has a shape that shows the channel even without color. A channel that is not here gets lines of
 * text.
 */
const looks: Readonly<Record<string, { readonly ground: string | undefined; readonly sign: ReactNode }>> = {
  instagram: {
    ground: css.instagram,
    sign: (
      <>
        <rect x="0.5" y="0.5" width="15" height="15" rx="4.5" className={css.ground} />
        <rect x="3.6" y="3.6" width="8.8" height="8.8" rx="2.8" className={css.line} />
        <circle cx="8" cy="8" r="2" className={css.line} />
      </>
    ),
  },
  facebook: {
    ground: css.facebook,
    sign: (
      <>
        <circle cx="8" cy="8" r="7.5" className={css.ground} />
        <path
          d="M8.9 13.2V8.7h1.6l.25-1.9H8.9V5.7c0-.55.2-.9.95-.9h.95V3.1c-.2 0-.75-.1-1.4-.1C8 3 7 3.85 7 5.45V6.8H5.4v1.9H7v4.5z"
          className={css.fill}
        />
      </>
    ),
  },
};
const plain = {
  ground: css.plain,
  sign: (
    <>
      <circle cx="8" cy="8" r="7.5" className={css.ground} />
      <path d="M4.5 6h7M4.5 10h4.5" className={css.line} />
    </>
  ),
};

export function ChannelBadge({ channel }: { readonly channel: Channel }) {
  const { ground, sign } = looks[channel] ?? plain;
  return (
    <svg className={`${css.badge} ${ground}`} viewBox="0 0 16 16" role="img" aria-label={text.channel(channel)}>
      {sign}
    </svg>
  );
}
