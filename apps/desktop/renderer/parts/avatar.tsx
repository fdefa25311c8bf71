import type { Account } from '@transom/shared';
import { memo } from 'react';
import { useSpeech } from '../desk-context.tsx';
import { initials } from '../display/contact-name.ts';
import css from './avatar.module.css';
import { ChannelBadge } from './channel-badge.tsx';

type AvatarProps = { readonly name: string; readonly channel: Account['channel']; readonly size?: 'row' | 'large' };

/** Initials, because pictures of people are not loaded, and a badge whose shape shows the channel even without color. */
export const Avatar = memo(function Avatar({ name, channel, size = 'row' }: AvatarProps) {
  useSpeech();
  return (
    <span className={`${css.avatar} ${css[size]}`} data-tone={tone(name)}>
      <span aria-hidden="true">{initials(name)}</span>
      <span className={css.badge}>
        <ChannelBadge channel={channel} />
      </span>
    </span>
  );
});

/** One of six calm tones, the same for the same name. */
function tone(name: string): number {
  let sum = 0;
  for (let index = 0; index < name.length; index += 1) sum = (sum * 31 + name.charCodeAt(index)) >>> 0;
  return sum % 6;
}
