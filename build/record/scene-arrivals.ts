import type { Played } from './played.ts';

const attachmentTypes = [
  ...(['image', 'video', 'audio', 'share', 'ig_post', 'ig_reel', 'sticker', 'ephemeral', 'location'] as const),
];

/** Everything that a buyer can do, as it happens. */
export async function playArrivals({ simulator, cast, textArrives, message }: Played): Promise<void> {
  const { maya, kofi, jonas, ruth } = cast.buyers;
  const by = (buyer: typeof maya) => ({ account: buyer.account, buyer });
  const has = (nativeMessageId: string) =>
    message(`${nativeMessageId} is at the desk`, (candidate) => candidate.nativeMessageId === nativeMessageId);

  for (const type of attachmentTypes) {
    const title = type === 'share' ? { title: 'Barrel sauna, 4 persons' } : {};
    const made = await simulator.sendsAttachment({ ...by(kofi), type, ...title });
    await has(made.nativeMessageId);
  }
  const several = await simulator.sendsAttachment({ ...by(jonas), type: 'image', count: 3 });
  await simulator.sendsAttachment({ ...by(jonas), type: 'file', title: 'plan.pdf' });
  await has(several.nativeMessageId);
  const story = await simulator.repliesToStory({ ...by(maya), text: 'This one, please!' });
  await simulator.mentionsInStory(by(maya));
  await simulator.taps({ ...by(jonas), title: 'Opening hours' });
  await simulator.sendsUnsupported(by(kofi));
  await has(story.nativeMessageId);
  const quoted = await simulator.writes({ ...by(maya), text: 'And the 6-person one?', quickReply: 'SIX' });
  await simulator.writes({ ...by(maya), text: 'I mean this', replyTo: quoted.nativeMessageId, ref: 'spring' });

  const edited = await simulator.writes({ ...by(kofi), text: 'Do you have teh infrared cabin?' });
  await textArrives('Do you have teh infrared cabin?');
  await simulator.edits({
    ...by(kofi),
    nativeMessageId: edited.nativeMessageId,
    text: 'Do you have the infrared cabin?',
  });
  await textArrives('Do you have the infrared cabin?');
  const regretted = await simulator.writes({ ...by(kofi), text: 'Forget that I asked' });
  await textArrives('Forget that I asked');
  await simulator.unsends({ ...by(kofi), nativeMessageId: regretted.nativeMessageId });
  await message('a message is taken back', ({ unsentAt }) => unsentAt !== null);

  const asked = await simulator.comments({ ...by(maya), text: 'Which wood is this?' });
  await simulator.comments({ ...by(kofi), text: 'Cedar, I think', parentId: asked.commentId });
  await textArrives('Cedar, I think');
  const removed = await simulator.comments({ ...by(ruth), text: 'Wrong post, sorry' });
  await textArrives('Wrong post, sorry');
  await simulator.deletesComment({ ...by(ruth), commentId: removed.commentId });
  await simulator.comments({ ...by(maya), text: 'Great service!', adTitle: 'Barrel saunas, ready in a week' });
  await simulator.followsLink({ ...by(jonas), ref: 'flyer' });
  await simulator.businessWritesElsewhere({ ...by(jonas), text: 'Answered from the phone.' });
  await textArrives('Answered from the phone.');
  await simulator.settled();
}
