import { expect, it } from 'vitest';
import { attachmentName, attachmentWords } from './attachment-words.ts';

const on = (channel: 'instagram' | 'facebook') => ({ isStory: false, channel });
const url = 'https://example.com/a';

it('calls every known kind by its name, and an unknown one an attachment', () => {
  expect(['ig_post', 'ig_reel', 'reel', 'location', 'audio', 'like_heart', 'share'].map(attachmentName)).toEqual([
    'Instagram post',
    'Reel',
    'Reel',
    'Location',
    'Voice message',
    'Heart',
    'Shared post',
  ]);
  expect(['holographic_thing', 'toString', ''].map(attachmentName)).toEqual(['Attachment', 'Attachment', 'Attachment']);
});

it('says where a location is, and never that it is gone', () => {
  const location = { type: 'location', url: null, title: '59.91, 10.75' };
  expect(attachmentWords(location, on('facebook'))).toEqual({ title: 'Location', hint: '59.91, 10.75' });
  expect(attachmentWords({ ...location, title: null }, on('facebook')).hint).toBe('The location was not passed on.');
});

it('says that media without its link is gone, and that other things can be seen in the app of their channel', () => {
  expect(attachmentWords({ type: 'image', url: null, title: null }, on('instagram'))).toEqual({
    title: 'Photo',
    hint: 'No longer available',
  });
  expect(attachmentWords({ type: 'appointment_booking', url: null, title: null }, on('facebook'))).toEqual({
    title: 'Appointment',
    hint: 'Open the Facebook app to see it.',
  });
});

it('prefers the title that came with it', () => {
  expect(attachmentWords({ type: 'ig_reel', url, title: 'New patio' }, on('instagram')).title).toBe('New patio');
  expect(attachmentWords({ type: 'ig_reel', url, title: null }, on('instagram')).title).toBe('Reel');
});
