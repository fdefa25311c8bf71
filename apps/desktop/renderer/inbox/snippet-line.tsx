import {
  Clock,
  CornerUpLeft,
  Image,
  MessageCircle,
  MessageSquare,
  SmilePlus,
  StickyNote,
  TriangleAlert,
} from 'lucide-react';
import type { Row } from '../../contract/views.ts';
import { useOutbox, useSession } from '../desk-context.tsx';
import { snippetOf } from '../display/row-snippet.ts';
import css from './inbox-row.module.css';

const signs = {
  queued: Clock,
  failed: TriangleAlert,
  reaction: SmilePlus,
  note: StickyNote,
  ours: CornerUpLeft,
  comment: MessageSquare,
  picture: Image,
  message: MessageCircle,
} as const;

/** What was said last, or what this desk has not handed over yet. */
export function SnippetLine({ row }: { readonly row: Row }) {
  const waiting = useOutbox((state) => state.byConversation.get(row.id));
  const isLive = useSession((state) => state.session?.connection.relay === 'live');
  const meId = useSession((state) => state.session?.person?.id ?? null);
  const { sign, label, lead, words } = snippetOf(row, waiting, { isLive, meId });
  const Sign = signs[sign];
  const look = sign === 'failed' ? css.failed : sign === 'queued' ? css.queued : null;
  return (
    <span className={css.snippet}>
      <span className={look ?? css.glyph} title={label}>
        <Sign size={13} aria-hidden="true" />
        {label === lead ? null : <span className="heard">{label}</span>}
      </span>
      <span className={css.words} dir="auto">
        {lead === null ? null : <span className={look ?? css.you}>{lead} </span>}
        {words}
      </span>
    </span>
  );
}
