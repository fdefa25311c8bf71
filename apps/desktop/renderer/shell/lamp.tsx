import { Popover } from '@base-ui/react/popover';
import type { ReactNode } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Session } from '../../contract/views.ts';
import { clockTime, duration, moment } from '../desk/when.ts';
import { useClock, useDesk, useSession } from '../desk-context.tsx';
import { PlatformBadge } from '../parts/avatar.tsx';
import { Button } from '../parts/button.tsx';
import { text } from '../text/en.ts';
import css from './lamp.module.css';

type LampState = keyof typeof text.lamp.state;
type Tone = 'fine' | 'delayed' | 'offline' | 'needs_you';

/** The lamp has a shape for each tone, so that it can be read without its colour. */
export function Lamp() {
  const { state, tone } = useSession(
    useShallow(({ session, isLinked }) => {
      const relay: LampState = isLinked ? (session?.connection.relay ?? 'connecting') : 'unlinked';
      const isBroken =
        session?.accounts.some((account) => account.state !== 'connected' || account.trouble !== null) === true ||
        (session?.trouble ?? null) !== null;
      const tone = toneOf(relay, isBroken);
      return { state: tone === 'needs_you' && relay === 'live' ? ('needs_you' as const) : relay, tone };
    }),
  );
  return (
    <Popover.Root>
      <Popover.Trigger
        className={css.trigger}
        aria-label={text.lamp.label(text.lamp.state[state])}
        data-testid="lamp"
        data-tone={tone}
        data-relay={state}
      >
        <svg className={css.lamp} viewBox="0 0 16 16" aria-hidden="true">
          {tone === 'fine' ? <circle cx="8" cy="8" r="5" className={css.full} /> : null}
          {tone === 'delayed' ? <path d="M8 3a5 5 0 0 1 0 10z M8 3a5 5 0 0 0 0 10" className={css.half} /> : null}
          {tone === 'offline' ? <circle cx="8" cy="8" r="4.2" className={css.hollow} /> : null}
          {tone === 'needs_you' ? <path d="M8 2.2 14.4 13.4H1.6z" className={css.full} /> : null}
        </svg>
        <span className={css.word}>{text.lamp.state[state]}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="right" align="end" sideOffset={10} className={css.positioner}>
          <Popover.Popup className={css.popup} data-testid="lamp-facts">
            <Popover.Title className={css.title}>{text.lamp.title}</Popover.Title>
            <LampFacts state={state} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function toneOf(relay: LampState, isBroken: boolean): Tone {
  if (relay === 'refused' || relay === 'unpaired') return 'needs_you';
  if (relay === 'offline' || relay === 'unlinked') return 'offline';
  if (isBroken) return 'needs_you';
  return relay === 'live' ? 'fine' : 'delayed';
}

function LampFacts({ state }: { readonly state: LampState }) {
  const { testNotification } = useDesk();
  const session = useSession((held) => held.session);
  const now = useClock((held) => held.now);
  if (session === null) return null;
  const { connection, accounts, secrets, trouble, relayUrl, platform, clock } = session;
  return (
    <dl className={css.facts}>
      <Fact name={text.lamp.relay} value={text.lamp.state[state]}>
        <p>{connection.detail ?? text.lamp.stateDetail[state]}</p>
        <p className={css.small}>
          {relayUrl} · {text.lamp.since(moment(connection.since, now))}
        </p>
      </Fact>
      <Fact name={text.lamp.accounts} value={accounts.length === 0 ? text.lamp.noAccounts : null}>
        <ul>
          {accounts.map((account) => (
            <li key={account.id} className={css.account}>
              <PlatformBadge channel={account.channel} />
              <span>{account.name}</span>
              <span className={account.state === 'connected' && account.trouble === null ? css.good : css.bad}>
                {account.trouble?.detail ?? text.lamp.account[account.state]}
              </span>
            </li>
          ))}
        </ul>
      </Fact>
      <Fact
        name={text.lamp.outbox}
        value={connection.outboxCount === 0 ? text.lamp.outboxEmpty : text.lamp.outboxCount(connection.outboxCount)}
      />
      <Fact name={text.lamp.time} value={now === null ? text.lamp.timeUnknown : clockTime(now)}>
        {clock.computerOffByMs === null ? null : <p className={css.small}>{clockWords(clock.computerOffByMs)}</p>}
      </Fact>
      <Fact name={text.lamp.secrets} value={secretsWords(secrets)} />
      {trouble === null ? null : <Fact name={text.lamp.computer} value={trouble.detail} />}
      {platform.canNotify ? (
        <Button onClick={() => void testNotification()}>{text.lamp.testNotification}</Button>
      ) : null}
    </dl>
  );
}

function secretsWords({ place, reason }: Session['secrets']): string {
  if (place === 'asking') return text.lamp.keychainAsking;
  return place === 'keychain' ? text.lamp.keychain : text.lamp.memory(reason ?? '');
}

function clockWords(offByMs: number): string {
  const by = duration(Math.abs(offByMs));
  return offByMs > 0 ? text.lamp.computerClock.ahead(by) : text.lamp.computerClock.behind(by);
}

type FactProps = { readonly name: string; readonly value: string | null; readonly children?: ReactNode };

function Fact({ name, value, children }: FactProps) {
  return (
    <div className={css.fact}>
      <dt>{name}</dt>
      <dd>
        {value === null ? null : <p className={css.value}>{value}</p>}
        {children}
      </dd>
    </div>
  );
}
