import { commandIds, commands, labelOf } from '../commands/commands.ts';
import { useSearch } from '../desk-context.tsx';
import type { Choice } from './choice.ts';

const offered = commandIds.filter((id) => commands[id].isOffered);

/** The commands whose name contains the query, then what was found. Without a query only the palette names commands. */
export function useChoices(query: string, withCommands: boolean): readonly Choice[] {
  const hits = useSearch((state) => state.hits);
  const words = query.trim().toLocaleLowerCase();
  const named =
    withCommands || words !== '' ? offered.filter((id) => labelOf(id).toLocaleLowerCase().includes(words)) : [];
  return [
    ...named.map((command): Choice => ({ kind: 'command', command })),
    ...hits.map((hit): Choice => ({ kind: 'hit', hit })),
  ];
}
