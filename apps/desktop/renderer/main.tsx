import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/reflow.css';
import './styles/forced-colors.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { createRoot } from 'react-dom/client';
import { DeskProvider } from './desk-context.tsx';
import { App } from './shell/app.tsx';
import { DrawingFault } from './shell/drawing-fault.tsx';
import { startDesk } from './start/start.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
createRoot(root).render(
  <CSPProvider disableStyleElements>
    <DeskProvider value={startDesk(window)}>
      <DrawingFault>
        <App />
      </DrawingFault>
    </DeskProvider>
  </CSPProvider>,
);
