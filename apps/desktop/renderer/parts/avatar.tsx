import type { Account } from '@transom/shared';
import { memo } from 'react';
import { initials } from '../desk/contact-name.ts';
import { text } from '../text/en.ts';
import css from './avatar.module.css';

type AvatarProps = { readonly name: string; readonly channel: Account['channel']; readonly size?: 'row' | 'large' };

/** Initials, because pictures of people are not loaded, and a badge whose shape tells the channel without its colour. */
export const Avatar = memo(function Avatar({ name, channel, size = 'row' }: AvatarProps) {
  return (
    <span className={`${css.avatar} ${css[size]}`} data-tone={tone(name)}>
      <span aria-hidden="true">{initials(name)}</span>
      <PlatformBadge channel={channel} />
    </span>
  );
});

export function PlatformBadge({ channel }: { readonly channel: Account['channel'] }) {
  return (
    <svg className={`${css.badge} ${css[channel]}`} viewBox="0 0 16 16" role="img" aria-label={text.channel[channel]}>
      {channel === 'instagram' ? (
        <>
          <rect x="0.5" y="0.5" width="15" height="15" rx="4.5" className={css.ground} />
          <rect x="3.6" y="3.6" width="8.8" height="8.8" rx="2.8" className={css.line} />
          <circle cx="8" cy="8" r="2" className={css.line} />
        </>
      ) : (
        <>
          <circle cx="8" cy="8" r="7.5" className={css.ground} />
          {channel === 'facebook' ? (
            <path
              d="M8.9 13.2V8.7h1.6l.25-1.9H8.9V5.7c0-.55.2-.9.95-.9h.95V3.1c-.2 0-.75-.1-1.4-.1C8 3 7 3.85 7 5.45V6.8H5.4v1.9H7v4.5z"
              className={css.fill}
            />
          ) : (
            <path d="M4.5 6h7M4.5 10h4.5" className={css.line} />
          )}
        </>
      )}
    </svg>
  );
}

/** One of six calm tones, the same for the same name. */
function tone(name: string): number {
  let sum = 0;
  for (let index = 0; index < name.length; index += 1) sum = (sum * 31 + name.charCodeAt(index)) >>> 0;
  return sum % 6;
}
