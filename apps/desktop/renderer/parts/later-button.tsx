import type { Row } from '../../contract/views.ts';
import { labelOf, runCommand } from '../commands/commands.ts';
import { useClock, useDesk, useSession } from '../desk-context.tsx';
import { Button } from './button.tsx';

/** Puts the conversation off, or brings it back. */
export function LaterButton({ row }: { readonly row: Row }) {
  const desk = useDesk();
  const mayAct = useSession((state) => (state.session?.person?.role ?? 'viewer') !== 'viewer');
  const isPutOff = useClock((state) => (state.now ?? 0) < (row.snoozedUntil ?? 0));
  if (!mayAct || row.state === 'done' || row.erasedAt !== null) return null;
  const command = isPutOff ? 'backNow' : 'later';
  return (
    <Button look="plain" command={command} onClick={() => runCommand(desk, command, { conversationId: row.id })}>
      {labelOf(command)}
    </Button>
  );
}
