import type { ReactNode } from 'react';
import type { Session } from '../../contract/views.ts';
import { useClock, useDesk, useOutbox, useSession } from '../desk-context.tsx';
import { type LampState, relayOf } from '../display/lamp-state.ts';
import { clockTime, duration, moment } from '../display/when.ts';
import { Button } from '../parts/button.tsx';
import { sentence } from '../text/sentence.ts';
import { text } from '../text/spoken.ts';
import { AccountFact } from './account-fact.tsx';
import css from './lamp.module.css';

/** What the lamp sums up, fact by fact: relay, accounts, what waits, the time, and where the sign-in is kept. */
export function LampFacts({ state, close }: { readonly state: LampState; readonly close: () => void }) {
  const { testNotification } = useDesk();
  const session = useSession((held) => held.session);
  const isOwner = useSession((held) => held.session?.person?.role === 'owner');
  const now = useClock((held) => held.now);
  if (session === null) return null;
  const { connection, accounts, secrets, trouble, relayUrl, platform, clock } = session;
  return (
    <>
      <dl className={css.facts}>
        <Fact name={text.lamp.relay} value={text.lamp.state[relayOf(state)]}>
          <p>
            {state === 'unlinked' || connection.reason === null
              ? text.lamp.stateDetail[state]
              : sentence(connection.reason)}
          </p>
          <p className={css.small}>
            {relayUrl} · {text.lamp.since(moment(connection.since, now))}
          </p>
        </Fact>
        <Fact name={text.lamp.accounts} value={accounts.length === 0 ? text.lamp.noAccounts : null}>
          <ul className={css.accounts}>
            {accounts.map((account) => (
              <AccountFact key={account.id} account={account} />
            ))}
          </ul>
          {isOwner && accounts.length > 0 ? (
            <p id="human-agent" className={css.small}>
              {text.lamp.humanAgent.hint}
            </p>
          ) : null}
        </Fact>
        <WaitingFact connection={connection} close={close} />
        <Fact name={text.lamp.time} value={now === null ? text.lamp.timeUnknown : clockTime(now)}>
          {now === null || clock.isConfirmed ? null : <p className={css.small}>{text.lamp.timeNotConfirmed}</p>}
          {clock.computerOffByMs === null ? null : <p className={css.small}>{clockWords(clock.computerOffByMs)}</p>}
        </Fact>
        <Fact name={text.lamp.secrets} value={text.lamp.secretsPlace[secrets.place]}>
          {secrets.reason === null ? null : <p className={css.small}>{sentence(secrets.reason)}</p>}
        </Fact>
        {trouble === null ? null : <Fact name={text.lamp.computer} value={sentence(trouble)} />}
      </dl>
      {platform.canNotify ? (
        <Button onClick={() => void testNotification()}>{text.lamp.testNotification}</Button>
      ) : null}
    </>
  );
}

/** What was sent and has not arrived: on this computer, at the relay, and what was refused and needs a person. */
function WaitingFact({ connection, close }: { connection: Session['connection']; close: () => void }) {
  const { open } = useDesk();
  const held = useOutbox((state) => state.held);
  const waiting = connection.outboxCount - held.length;
  const first = held[0];
  const lines = [
    ...(waiting > 0 ? [text.lamp.waitsHere(waiting)] : []),
    ...(connection.waitingAtRelay > 0 ? [text.lamp.waitsAtRelay(connection.waitingAtRelay)] : []),
  ];
  return (
    <Fact name={text.lamp.outbox} value={lines.length === 0 && first === undefined ? text.lamp.nothingWaits : null}>
      {first === undefined ? null : (
        <p className={css.held}>
          <span className={css.bad}>{text.lamp.held(held.length)}</span>
          <Button
            onClick={() => {
              close();
              void open(first.conversationId);
            }}
          >
            {text.lamp.showHeld}
          </Button>
        </p>
      )}
      {lines.map((line) => (
        <p key={line} className={css.value}>
          {line}
        </p>
      ))}
    </Fact>
  );
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
