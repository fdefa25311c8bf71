/** What Transom never does, whoever asks. Named here so that the refusal says why. */
const excluded: ReadonlyMap<unknown, string> = new Map([
  ['reply.schedule', 'Messages are not scheduled: a person sends each one when it goes out.'],
  ['reply.auto', 'There are no automatic replies: a person sends each message.'],
  ['comment.auto_reply', 'There are no automatic comments: a person answers each one.'],
  ['comment.post', 'Transom does not post: it answers people who wrote.'],
  ['outreach.send', 'There is no cold outbound: a person must have written first.'],
  ['post.publish', 'Transom does not publish posts.'],
  ['profile.scrape', 'Profiles are not scraped: only what people sent is kept.'],
]);

/** Why Transom refuses this kind of command on principle; null when it does not. */
export function reasonForNever(kind: unknown): string | null {
  return excluded.get(kind) ?? null;
}
