import { type ComponentPropsWithRef, type FormEvent, useEffect, useRef, useState } from 'react';
import { useDesk, useSession } from '../desk-context.tsx';
import { Button } from '../parts/button.tsx';
import { text } from '../text/en.ts';
import { sentence } from '../text/sentence.ts';
import css from './pairing-screen.module.css';

/** The first run: where the relay is, the code that lets this desk in, and who sits here. What was typed survives a restart. */
export function PairingScreen() {
  const { session } = useDesk();
  const pairing = useSession((state) => state.pairing);
  const known = useSession((state) => state.session?.relayUrl ?? '');
  const reason = useSession((state) =>
    state.session?.connection.relay === 'refused' || state.session?.connection.relay === 'unpaired'
      ? state.session.connection.reason
      : null,
  );
  const [relayUrl, setRelayUrl] = useKept('transom.pairing.relayUrl', known);
  const [name, setName] = useKept('transom.pairing.name', '');
  const [code, setCode] = useState('');
  const isWorking = pairing.kind === 'working';
  const isReady = relayUrl.trim() !== '' && code.trim() !== '' && name.trim() !== '';
  const refusal = pairing.kind === 'refused' ? pairing.detail : reason === null ? null : sentence(reason);

  // The first field that is still empty.
  const first = useRef(relayUrl === '' ? 'pairing-relay' : 'pairing-code');
  useEffect(() => document.getElementById(first.current)?.focus(), []);

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
        <Field
          id="pairing-relay"
          label={text.pairing.relayUrl}
          hint={text.pairing.relayHint}
          type="text"
          inputMode="url"
          autoComplete="url"
          spellCheck={false}
          data-testid="pairing-relay"
          value={relayUrl}
          onChange={(event) => setRelayUrl(event.target.value)}
        />
        <Field
          id="pairing-code"
          label={text.pairing.code}
          hint={text.pairing.codeHint}
          type="text"
          autoComplete="one-time-code"
          spellCheck={false}
          data-testid="pairing-code"
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <Field
          id="pairing-name"
          label={text.pairing.name}
          hint={text.pairing.nameHint}
          type="text"
          autoComplete="name"
          maxLength={100}
          data-testid="pairing-name"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <div role="alert">
          {refusal === null ? null : (
            <p className={css.refusal} data-testid="pairing-refusal">
              {refusal}
            </p>
          )}
        </div>
        <Button look="primary" submits disabled={!isReady || isWorking} data-testid="pairing-submit">
          {isWorking ? text.pairing.working : text.pairing.submit}
        </Button>
      </form>
    </main>
  );
}

/** Before the keychain has answered nobody knows whether a code is needed: a new one would make this computer twice. */
export function KeychainScreen() {
  return (
    <main className={css.screen}>
      <section className={css.card} aria-labelledby="keychain-title" data-testid="keychain-waiting">
        <p className={css.product}>{text.product}</p>
        <h1 id="keychain-title" className={css.title}>
          {text.pairing.keychainTitle}
        </h1>
        <p className={css.lead}>{text.pairing.keychainLead}</p>
      </section>
    </main>
  );
}

type FieldProps = ComponentPropsWithRef<'input'> & {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
};

function Field({ id, label, hint, ...input }: FieldProps) {
  return (
    <div className={css.field}>
      <label htmlFor={id}>{label}</label>
      <input {...input} id={id} className={css.input} aria-describedby={`${id}-hint`} />
      <p id={`${id}-hint`} className={css.hint}>
        {hint}
      </p>
    </div>
  );
}

function useKept(key: string, otherwise: string) {
  const [value, setValue] = useState(() => localStorage.getItem(key) ?? otherwise);
  const keep = (next: string) => {
    localStorage.setItem(key, next);
    setValue(next);
  };
  return [value, keep] as const;
}
