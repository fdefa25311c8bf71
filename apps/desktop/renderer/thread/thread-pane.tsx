import { Composer } from '../composer/composer.tsx';
import { contactName, whoIs } from '../desk/contact-name.ts';
import { useDesk, useThread, useView } from '../desk-context.tsx';
import { Button } from '../parts/button.tsx';
import { text } from '../text/en.ts';
import { NothingOpen } from './nothing-open.tsx';
import { ThreadHeader } from './thread-header.tsx';
import { ThreadLog } from './thread-log.tsx';
import css from './thread-pane.module.css';

export function ThreadPane() {
  const { open } = useDesk();
  const openId = useView((state) => state.openId);
  const phase = useThread((state) => state.phase);
  const row = useThread((state) => state.row);
  if (openId === null) return <NothingOpen />;
  if (phase === 'failed') {
    return (
      <section className={css.center}>
        <p>{text.thread.failed}</p>
        <Button onClick={() => void open(openId)}>{text.thread.again}</Button>
      </section>
    );
  }
  if (row === null || row.id !== openId) {
    return (
      <section className={css.center} aria-busy={phase === 'loading'}>
        <p className={css.late}>{phase === 'loading' ? text.thread.loading : text.thread.gone}</p>
      </section>
    );
  }
  return (
    <section className={css.pane} data-testid="thread" aria-label={text.thread.label(contactName(whoIs(row)))}>
      <ThreadHeader row={row} />
      <ThreadLog key={row.id} row={row} />
      <Composer key={`composer-${row.id}`} row={row} />
    </section>
  );
}
