import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/tokens.css';
import './app/base.css';
import { App } from './app/app.tsx';
import { AppContext } from './app/context.ts';
import { LabClient } from './app/lab-client.ts';
import { followTheme } from './app/theme.ts';
import { createUiStore, followSettings, reportProblem } from './app/ui-store.ts';
import { connect } from './transport/connect.ts';

const ui = createUiStore();
const client = new LabClient(connect);
client.onProblem = (sentence) => reportProblem(ui, sentence);
followTheme(ui);
followSettings(ui, client.store);
client.start();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <Tooltip.Provider delay={500}>
        <AppContext value={{ client, ui }}>
          <App />
        </AppContext>
      </Tooltip.Provider>
    </CSPProvider>
  </StrictMode>,
);
