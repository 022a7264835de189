import { useApp, useLab } from '../../../app/context.ts';
import { download } from '../../../app/download.ts';
import { reportProblem } from '../../../app/ui-store.ts';
import type { AttemptRow } from '../../../telemetry/attempt-ring.ts';
import { Button } from '../../../ui/button.tsx';
import { ChevronIcon } from '../../../ui/icons.tsx';
import { Menu, MenuItem } from '../../../ui/menu.tsx';
import type { LogView } from '../log-view.ts';
import { type ExportFormat, exportLog } from './export-log.ts';

/** Takes away what the filter shows. */
export function ExportMenu({ view }: { readonly view: LogView }) {
  const { ui } = useApp();
  const base = useLab((lab) => lab.proxy.url);
  const version = useLab((lab) => lab.version);
  const save = async (format: ExportFormat): Promise<void> => {
    const rows = rowsOf(view);
    if (rows.length === 0) reportProblem(ui, 'There is nothing to export: no request matches the filter.');
    else download(await exportLog(rows, format, { base, version }), `evenkeel-requests.${format}`);
  };
  return (
    <Menu
      trigger={
        <Button>
          Export <ChevronIcon />
        </Button>
      }
    >
      <MenuItem onSelect={() => void save('csv')}>CSV, for spreadsheets</MenuItem>
      <MenuItem onSelect={() => void save('har')}>HAR, for developer tools</MenuItem>
    </Menu>
  );
}

function rowsOf(view: LogView): AttemptRow[] {
  const rows: AttemptRow[] = [];
  for (let position = 0; position < view.count; position++) {
    const row = view.row(position);
    if (row) rows.push(row);
  }
  return rows;
}
