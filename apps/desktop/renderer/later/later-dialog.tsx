import { Dialog } from '@base-ui/react/dialog';
import { rulesFor, snoozeEndsAt } from '@transom/shared';
import { useState } from 'react';
import type { Row } from '../../contract/views.ts';
import { knownRow } from '../actions/known-row.ts';
import { snooze } from '../actions/snooze.ts';
import { useClock, useDesk, useSession, useView } from '../desk-context.tsx';
import { shortName, whoIs } from '../display/contact-name.ts';
import { laterTimes } from '../display/later-times.ts';
import { moment, momentAt } from '../display/when.ts';
import { DialogPopup } from '../parts/dialog-popup.tsx';
import { actedOn } from '../stores/view.ts';
import { text } from '../text/spoken.ts';
import css from './later-dialog.module.css';

/** Asks until when to put a conversation off, and warns where its response window requires an earlier time. */
export function LaterDialog() {
  const desk = useDesk();
  const isOpen = useView((state) => state.dialog === 'later');
  const id = useView(actedOn);
  const row = isOpen && id !== null ? knownRow(id, desk) : null;
  return (
    <DialogPopup isOpen={row !== null} className={css.popup} data-testid="later-dialog">
      {row === null ? null : <Times row={row} close={() => desk.view.getState().setDialog(null)} />}
    </DialogPopup>
  );
}

function Times({ row, close }: { readonly row: Row; readonly close: () => void }) {
  const desk = useDesk();
  const [openedAt] = useState(() => Date.now());
  const known = useClock((state) => state.now);
  const atLeast = useClock((state) => state.atLeast) ?? row.lastMessageAt;
  // The relay's last known time may be of yesterday, and an hour after it is over. This computer's clock may be wrong: the date shows that.
  const now = known ?? Math.max(atLeast, openedAt);
  const account = rulesFor(
    row,
    useSession((state) => state.accountOf(row.accountId)),
  );
  const times = laterTimes(now).map((time) => ({ ...time, endsAt: snoozeEndsAt(row, time.at, now, account) }));
  const choose = (until: number) => {
    close();
    void snooze(desk, row.id, until);
  };
  return (
    <>
      <Dialog.Title className={css.title}>{text.later.title(shortName(whoIs(row)))}</Dialog.Title>
      {times.every(({ endsAt }) => endsAt === null) ? (
        <p className={css.warning}>{text.later.tooSoon}</p>
      ) : (
        <ul className={css.times}>
          {times.map(({ id, at, endsAt }) => (
            <li key={id}>
              <button
                type="button"
                className={css.time}
                onClick={() => choose(endsAt ?? at)}
                data-testid={`later-${id}`}
              >
                <span>{text.later.at[id]}</span>
                <span className={css.at}>{moment(at, known ?? atLeast)}</span>
                {endsAt !== null && endsAt < at ? (
                  <span className={css.warning}>{text.later.earlier(momentAt(endsAt, known ?? atLeast))}</span>
                ) : null}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
