import css from './list-skeleton.module.css';

const rows = [62, 48, 70, 55, 66, 44, 58];

/** Invisible for the first 300 ms: what is cached is usually there by then. */
export function ListSkeleton({ label }: { readonly label: string }) {
  return (
    <output className={css.skeleton} aria-label={label}>
      {rows.map((width) => (
        <span key={width} className={css.row} aria-hidden="true">
          <span className={css.circle} />
          <span className={css.bars}>
            <span className={css.bar} style={{ width: `${width}%` }} />
            <span className={css.bar} />
          </span>
        </span>
      ))}
    </output>
  );
}
