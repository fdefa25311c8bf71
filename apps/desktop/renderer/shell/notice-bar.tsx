import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useDesk, useInbox, useView } from '../desk-context.tsx';
import { contactName, shortName, whoIs } from '../display/contact-name.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { actedOn } from '../stores/view.ts';
import { text } from '../text/spoken.ts';
import css from './notice-bar.module.css';

/**
 * What was or could not be done, at the head of the conversation, where it covers neither the field nor its buttons. It ends on Escape or
 * on its own, but not while the pointer or the focus is on it. Over a conversation other than its own it says whose it is.
 */
export function NoticeBar() {
  const { view } = useDesk();
  const notice = useView((state) => state.notice);
  const words = useNoticeWords();
  const isShown = notice !== null;
  useEffect(() => {
    if (!isShown) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing || view.getState().dialog !== null) return;
      if (event.target instanceof Element && event.target.closest('[role="dialog"]') !== null) return;
      event.preventDefault();
      event.stopPropagation();
      view.getState().say(null);
    };
    // Before the composer and the window take Escape for themselves.
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [isShown, view]);
  const hold = (isHeld: boolean) => () => view.getState().holdNotice(isHeld);
  return (
    <output className={css.place}>
      {notice === null ? null : (
        <span
          className={css.notice}
          data-testid="notice"
          onPointerEnter={hold(true)}
          onPointerLeave={hold(false)}
          onFocus={hold(true)}
          onBlur={hold(false)}
        >
          <span className={css.words}>{words}</span>
          {notice.action === null ? null : (
            <Button data-testid="notice-action" onClick={() => notice.action?.run()}>
              {notice.action.label()}
            </Button>
          )}
          <IconButton label={text.notice.dismiss} onClick={() => view.getState().say(null)}>
            <X size={16} aria-hidden="true" />
          </IconButton>
        </span>
      )}
    </output>
  );
}

function useNoticeWords(): string {
  const notice = useView((state) => state.notice);
  const shownId = useView(actedOn);
  const row = useInbox((state) => state.rows.get(notice?.conversationId ?? ''));
  if (notice === null) return '';
  if (shownId === null || shownId === notice.conversationId || row === undefined) return notice.words();
  // Where the words name the person already, they need no name before them.
  const words = notice.words();
  return words.includes(shortName(whoIs(row))) ? words : text.notice.about(contactName(whoIs(row)), words);
}
