import { TriangleAlert } from 'lucide-react';
import { useSession } from '../desk-context.tsx';
import { sentence } from '../text/sentence.ts';
import css from './trouble-bar.module.css';

/** Something is wrong with this computer's files: above everything, because what is typed may not be kept. */
export function TroubleBar() {
  const trouble = useSession((state) => state.session?.trouble ?? null);
  if (trouble === null) return null;
  return (
    <div role="alert" className={css.bar}>
      <TriangleAlert size={16} aria-hidden="true" />
      <span>{sentence(trouble)}</span>
      <code className={css.code}>{trouble.code}</code>
    </div>
  );
}
