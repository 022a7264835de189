import { reportProblem, say, type UiStore } from './ui-store.ts';

/** Whether it is on the clipboard now. The desktop denies every permission; copying a selection on a click needs none. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'visually-hidden';
    document.body.append(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    return copied;
  }
}

/** Puts a command for a terminal on the clipboard and says so, to those who do not see the button, too. */
export async function copyCommand(ui: UiStore, command: string): Promise<void> {
  if (await copyText(command)) say(ui, 'The curl command is on the clipboard now.');
  else reportProblem(ui, `The clipboard is not available here; type this in a terminal: ${command}`);
}
