import { X } from 'lucide-react';
import { useDesk, useView } from '../desk-context.tsx';
import { IconButton } from '../parts/button.tsx';
import { text } from '../text/en.ts';
import css from './notice-bar.module.css';

/** What could not be done, at the foot of the window until somebody has read it. */
export function NoticeBar() {
  const { view } = useDesk();
  const notice = useView((state) => state.notice);
  return (
    <output className={css.place}>
      {notice === null ? null : (
        <span className={css.notice} data-testid="notice">
          <span>{notice.text}</span>
          <IconButton label={text.notice.dismiss} onClick={() => view.getState().say(null)}>
            <X size={16} aria-hidden="true" />
          </IconButton>
        </span>
      )}
    </output>
  );
}
