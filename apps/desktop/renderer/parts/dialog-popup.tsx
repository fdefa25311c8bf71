import { Dialog } from '@base-ui/react/dialog';
import { useDesk } from '../desk-context.tsx';
import css from './dialog-popup.module.css';

/** A dialog over the whole window. It closes by Escape or a click beside it; `className` places it. */
export function DialogPopup({
  isOpen,
  className,
  ...popup
}: Omit<Dialog.Popup.Props, 'className'> & { readonly isOpen: boolean; readonly className: string | undefined }) {
  const { view } = useDesk();
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : view.getState().setDialog(null))}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css.backdrop} />
        <Dialog.Popup {...popup} className={`${css.popup} ${className}`} />
      </Dialog.Portal>
    </Dialog.Root>
  );
}
