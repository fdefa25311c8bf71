import type { OutboxItem } from '../../contract/views.ts';
import { useDesk } from '../desk-context.tsx';
import { Button } from '../parts/button.tsx';
import { text } from '../text/spoken.ts';
import { useOneAtATime } from './use-one-at-a-time.ts';
import { usePutBack } from './use-put-back.ts';
import { useSay } from './use-say.ts';

/** Drops an unsent message for good. Its words can be restored for a while, unless another notice replaces the offer. */
export function Discard({ item }: { readonly item: OutboxItem }) {
  const { client } = useDesk();
  const { say, notReached } = useSay();
  const { isUnderWay, once } = useOneAtATime();
  const offerPutBack = usePutBack(item.conversationId, item.kind);
  const discard = async () => {
    try {
      const { clientMessageId } = item;
      const { isWithdrawn } = await client.call('outbox.withdraw', { clientMessageId, keep: false });
      if (isWithdrawn) offerPutBack(() => text.thread.discarded, item.text);
      else say(() => text.thread.onTheWay);
    } catch {
      notReached();
    }
  };
  return (
    <Button look="quiet" disabled={isUnderWay} onClick={() => once(discard)}>
      {text.thread.discard}
    </Button>
  );
}
