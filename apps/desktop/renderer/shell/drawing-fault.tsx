import { Component, type ReactNode } from 'react';
import { useDesk } from '../desk-context.tsx';
import { Button } from '../parts/button.tsx';
import { text } from '../text/spoken.ts';
import css from './drawing-fault.module.css';

type Props = { readonly children: ReactNode };

/**
 * What cannot be drawn must not empty the window: it says so, and leads back to the list. Only one conversation may have what this version
 * does not expect, and it would be opened again after a restart. Such a fault is ours; the console has it.
 */
export class DrawingFault extends Component<Props, { readonly hasFailed: boolean }> {
  override readonly state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return <Explained tryAgain={() => this.setState({ hasFailed: false })} />;
  }
}

const takeFocus = (button: HTMLButtonElement | null): void => button?.focus();

function Explained({ tryAgain }: { readonly tryAgain: () => void }) {
  const desk = useDesk();
  return (
    <main className={css.fault} data-testid="drawing-fault">
      <div role="alert">
        <h1>{text.drawingFault.title}</h1>
        <p>{text.drawingFault.detail}</p>
      </div>
      <Button
        look="primary"
        ref={takeFocus}
        onClick={() => {
          desk.close();
          tryAgain();
        }}
      >
        {text.drawingFault.back}
      </Button>
    </main>
  );
}
