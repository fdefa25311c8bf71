import type { Row } from '../../contract/views.ts';
import { useDesk, useInbox } from '../desk-context.tsx';
import { contactName, shortName, whoIs } from '../display/contact-name.ts';
import { standingWords } from '../display/standing-words.ts';
import { Button, Keys } from '../parts/button.tsx';
import { CountdownSign, useCountdown } from '../parts/countdown.tsx';
import { text } from '../text/spoken.ts';
import css from './nothing-open.module.css';

/** No conversation is open: how things stand, and who is first. */
export function NothingOpen() {
  const counts = useInbox((state) => state.counts);
  const next = useInbox(({ lanes: held, rows, counts: all }) => {
    const lane = (all?.closing ?? 0) > 0 ? held.closing : held.answer;
    return rows.get(lane.ids[0] ?? '') ?? null;
  });
  if (counts === null) return <section className={css.pane} />;
  const waiting = counts.closing + counts.answer;
  const words = text.nothingOpen;
  if (waiting > 0) {
    return (
      <section className={css.pane} data-testid="nothing-open">
        <p className={css.title}>{words.waiting(waiting)}</p>
        {next === null ? null : <Next row={next} />}
        <p className={css.hint}>
          {words.keys} <Keys command="next" /> <Keys command="open" />
        </p>
      </section>
    );
  }
  const { title, hints } = standingWords(counts);
  return (
    <section className={css.pane} data-testid="nothing-open">
      <p className={css.title}>{title}</p>
      {hints.map((hint) => (
        <p key={hint} className={css.hint}>
          {hint}
        </p>
      ))}
    </section>
  );
}

function Next({ row }: { readonly row: Row }) {
  const { open } = useDesk();
  const { state, sixtieths, long } = useCountdown(row);
  return (
    <>
      <p className={`${css.hint} ${css[state] ?? ''}`}>
        <CountdownSign state={state} sixtieths={sixtieths} />
        <span>{text.nothingOpen.next(contactName(whoIs(row)), long)}</span>
      </p>
      <Button look="primary" onClick={() => void open(row.id)}>
        {text.nothingOpen.open(shortName(whoIs(row)))}
      </Button>
    </>
  );
}
