import { useEffect, useRef, useState } from 'react';
import { text } from '../text/spoken.ts';
import { Field } from './field.tsx';

type PairingFieldsProps = {
  readonly relayUrl: string;
  readonly setRelayUrl: (relayUrl: string) => void;
  readonly code: string;
  readonly setCode: (code: string) => void;
  readonly name: string;
  readonly setName: (name: string) => void;
};

export function PairingFields({ relayUrl, setRelayUrl, code, setCode, name, setName }: PairingFieldsProps) {
  // The first field that is still empty when the screen appears.
  const first = useRef<HTMLInputElement>(null);
  const [begins] = useState(relayUrl === '' ? 'relay' : 'code');
  useEffect(() => first.current?.focus(), []);
  return (
    <>
      <Field
        ref={begins === 'relay' ? first : undefined}
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
        ref={begins === 'code' ? first : undefined}
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
    </>
  );
}
