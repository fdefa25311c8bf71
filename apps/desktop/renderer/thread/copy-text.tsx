import { useState } from 'react';
import { Button } from '../parts/button.tsx';
import { text } from '../text/spoken.ts';
import { useSay } from './use-say.ts';

export function CopyText({ words }: { readonly words: string }) {
  const { notReached } = useSay();
  const [isCopied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(words).then(() => setCopied(true), notReached);
  return (
    <Button look="quiet" onClick={() => void copy()}>
      {isCopied ? text.thread.copied : text.thread.copy}
    </Button>
  );
}
