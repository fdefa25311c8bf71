import { HandHelping, Inbox, Keyboard, Monitor, Moon, Search, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { useDesk, useInbox, useView } from '../desk-context.tsx';
import { CommandButton } from '../parts/button.tsx';
import type { Place } from '../stores/view.ts';
import { text } from '../text/spoken.ts';
import { Lamp } from './lamp.tsx';
import css from './rail.module.css';

export function Rail() {
  const toAnswer = useInbox(({ counts }) => (counts === null ? 0 : counts.closing + counts.answer));
  const handoffs = useInbox((state) => state.handoffs);
  return (
    <nav className={css.rail} aria-label={text.rail.label}>
      <PlaceButton place="inbox" label={text.rail.inbox} count={toAnswer}>
        <Inbox size={20} aria-hidden="true" />
      </PlaceButton>
      <PlaceButton place="handoffs" label={text.rail.handoffs} count={handoffs}>
        <HandHelping size={20} aria-hidden="true" />
      </PlaceButton>
      <span className={css.space} />
      <CommandButton command="search">
        <Search size={18} aria-hidden="true" />
      </CommandButton>
      <CommandButton command="keys">
        <Keyboard size={18} aria-hidden="true" />
      </CommandButton>
      <ThemeButton />
      <Lamp />
    </nav>
  );
}

type PlaceButtonProps = {
  readonly place: Place;
  readonly label: string;
  readonly count: number;
  readonly children: ReactNode;
};

function PlaceButton({ place, label, count, children }: PlaceButtonProps) {
  const { view } = useDesk();
  const isHere = useView((state) => state.place === place);
  return (
    <button
      type="button"
      className={css.place}
      aria-current={isHere ? 'page' : undefined}
      data-testid={`go-${place}`}
      onClick={() => view.getState().goTo(place)}
    >
      {children}
      <span>{label}</span>
      {count > 0 ? <span className={css.count}>{count > 99 ? '99+' : count}</span> : null}
    </button>
  );
}

const themeSign = { system: Monitor, light: Sun, dark: Moon };

function ThemeButton() {
  const theme = useView((state) => state.theme);
  const Sign = themeSign[theme];
  return (
    <CommandButton command="theme" label={text.rail.theme[theme]}>
      <Sign size={18} aria-hidden="true" />
    </CommandButton>
  );
}
