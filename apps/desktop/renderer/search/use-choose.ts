import { runCommand } from '../commands/commands.ts';
import { useDesk } from '../desk-context.tsx';
import { focusOpened } from '../focus/focus-opened.ts';
import type { Choice } from './choice.ts';

/** Closes the dialog and does what was chosen. */
export function useChoose(): (choice: Choice | undefined) => void {
  const desk = useDesk();
  return (choice) => {
    if (choice === undefined) return;
    desk.view.getState().setDialog(null);
    if (choice.kind === 'command') runCommand(desk, choice.command);
    else {
      const { conversationId, messageId, sentAt } = choice.hit;
      const at = messageId === null ? null : { messageId, sentAt };
      void desk.open(conversationId, at).then(() => focusOpened(desk, conversationId));
    }
  };
}
