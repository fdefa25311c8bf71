import { Tooltip } from '@base-ui/react/tooltip';
import { useEffect } from 'react';
import { areDetailsOver } from '../actions/toggle-details.ts';
import { ContextPanel } from '../context/context-panel.tsx';
import { useDesk, useSession, useSpeech, useView } from '../desk-context.tsx';
import { ConversationList } from '../inbox/conversation-list.tsx';
import { KeysDialog } from '../keyboard/keys-dialog.tsx';
import { useKeyboard } from '../keyboard/use-keyboard.ts';
import { LaterDialog } from '../later/later-dialog.tsx';
import { KeychainScreen } from '../pairing/keychain-screen.tsx';
import { PairingScreen } from '../pairing/pairing-screen.tsx';
import { SearchDialog } from '../search/search-dialog.tsx';
import { ThreadPane } from '../thread/thread-pane.tsx';
import css from './app.module.css';
import { NoticeBar } from './notice-bar.tsx';
import { Rail } from './rail.tsx';
import { TroubleBar } from './trouble-bar.tsx';

export function App() {
  useSpeech();
  const isPaired = useSession((state) => state.session?.paired ?? null);
  const isKeychainAsked = useSession((state) => state.session?.secrets.place === 'asking');
  if (isPaired === null) return null;
  if (!isPaired && isKeychainAsked) return <KeychainScreen />;
  return <Tooltip.Provider delay={500}>{isPaired ? <Shell /> : <PairingScreen />}</Tooltip.Provider>;
}

function Shell() {
  const openId = useView((state) => state.openId);
  const context = useView((state) => state.context);
  const desk = useDesk();
  useKeyboard();
  // Details over the thread are about one person: they must not cover the next one.
  useEffect(() => {
    if (areDetailsOver(desk)) desk.view.getState().setContext('auto');
  }, [desk, openId]);
  return (
    <div
      className={css.shell}
      data-thread={openId === null ? 'none' : 'open'}
      data-context={openId === null ? 'closed' : context}
    >
      <TroubleBar />
      <Rail />
      <main className={css.main}>
        <ConversationList />
        <ThreadPane />
      </main>
      {openId === null ? null : <ContextPanel />}
      <NoticeBar />
      <SearchDialog />
      <KeysDialog />
      <LaterDialog />
    </div>
  );
}
