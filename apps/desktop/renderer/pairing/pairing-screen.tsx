import { type FormEvent, useState } from 'react';
import { useDesk, useSession } from '../desk-context.tsx';
import { Button } from '../parts/button.tsx';
import { sentence } from '../text/sentence.ts';
import { text } from '../text/spoken.ts';
import { PairingFields } from './pairing-fields.tsx';
import css from './pairing-screen.module.css';
import { useKept } from './use-kept.ts';

/** The first run: where the relay is, the code that lets this desk in, and who sits here. Address and name survive a restart. */
export function PairingScreen() {
  const { session } = useDesk();
  const isWorking = useSession((state) => state.pairing.kind === 'working');
  const known = useSession((state) => state.session?.relayUrl ?? '');
  const [relayUrl, setRelayUrl] = useKept('transom.pairing.relayUrl', known);
  const [name, setName] = useKept('transom.pairing.name', '');
  const [code, setCode] = useState('');
  const isReady = relayUrl.trim() !== '' && code.trim() !== '' && name.trim() !== '';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !isWorking) void session.getState().pair({ relayUrl, code, name });
  };

  return (
    <main className={css.screen}>
      <form className={css.card} onSubmit={submit} aria-labelledby="pairing-title" data-testid="pairing">
        <p className={css.product}>{text.product}</p>
        <h1 id="pairing-title" className={css.title}>
          {text.pairing.title}
        </h1>
        <p className={css.lead}>{text.pairing.lead}</p>
        <PairingFields
          relayUrl={relayUrl}
          setRelayUrl={setRelayUrl}
          code={code}
          setCode={setCode}
          name={name}
          setName={setName}
        />
        <Refusal />
        <Button look="primary" submits disabled={!isReady || isWorking} data-testid="pairing-submit">
          {isWorking ? text.pairing.working : text.pairing.submit}
        </Button>
      </form>
    </main>
  );
}

/** Why the last attempt failed, or why the relay no longer lets this desk in. */
function Refusal() {
  const pairing = useSession((state) => state.pairing);
  const reason = useSession((state) =>
    state.session?.connection.relay === 'refused' || state.session?.connection.relay === 'unpaired'
      ? state.session.connection.reason
      : null,
  );
  const refusal = pairing.kind === 'refused' ? pairing.why() : reason === null ? null : sentence(reason);
  return (
    <div role="alert">
      {refusal === null ? null : (
        <p className={css.refusal} data-testid="pairing-refusal">
          {refusal}
        </p>
      )}
    </div>
  );
}
