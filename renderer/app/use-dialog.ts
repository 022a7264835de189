import { useApp, useUi } from './context.ts';
import type { DialogName } from './ui-store.ts';

/** Whether that dialog is the one that is open, and what closes it. */
export function useDialog(name: DialogName): { readonly open: boolean; readonly close: () => void } {
  const { ui } = useApp();
  const open = useUi(({ dialog }) => dialog === name);
  return { open, close: () => ui.setState({ dialog: 'none' }) };
}
