import type { ComponentPropsWithRef } from 'react';
import css from './pairing-screen.module.css';

type FieldProps = ComponentPropsWithRef<'input'> & {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
};

export function Field({ id, label, hint, ...input }: FieldProps) {
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
