import { type ComponentType, Suspense, useState } from 'react';
import { useUi } from './context.ts';
import { later } from './later.ts';
import type { DialogName } from './ui-store.ts';

const DIALOGS: Readonly<Record<Exclude<DialogName, 'none'>, ComponentType>> = {
  help: later(async () => (await import('../features/settings/help-dialog.tsx')).HelpDialog),
  settings: later(async () => (await import('../features/settings/settings-dialog.tsx')).SettingsDialog),
  'add-origin': later(async () => (await import('../features/origins/add-origin-dialog.tsx')).AddOriginDialog),
  note: later(async () => (await import('../features/timeline/note-dialog.tsx')).NoteDialog),
  'refused-lab': later(async () => (await import('../features/labs/refused-lab-dialog.tsx')).RefusedLabDialog),
};

/** Whatever dialog is open. The one that was stays until another comes, to give the focus back where it was. */
export function Dialogs() {
  const dialog = useUi((ui) => ui.dialog);
  const [last, setLast] = useState(dialog);
  if (dialog !== 'none' && dialog !== last) setLast(dialog);
  if (last === 'none') return null;
  const Dialog = DIALOGS[last];
  return (
    <Suspense fallback={null}>
      <Dialog />
    </Suspense>
  );
}
