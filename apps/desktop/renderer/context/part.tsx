import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { useDesk } from '../desk-context.tsx';
import css from './context-panel.module.css';

/** One titled part of the details. */
export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={css.part}>
      <h3 className={css.title}>{title}</h3>
      {children}
    </section>
  );
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={css.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Opens outside of the desk. */
export function OutsideLink({ url, words }: { readonly url: string; readonly words: string }) {
  const { openExternal } = useDesk();
  return (
    <button type="button" className={css.link} onClick={() => void openExternal(url)}>
      {words} <ExternalLink size={12} aria-hidden="true" />
    </button>
  );
}
