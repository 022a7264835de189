import { type BrowserWindow, clipboard, dialog, nativeImage } from 'electron';

export interface About {
  readonly version: string;
  readonly icon: string;
  /** How this copy of the program gets new versions, in a sentence. */
  readonly updates: string;
}

/** What whoever reports a problem should quote. */
export function versionsOf({ version, updates }: About): string {
  const { electron, chrome, node, v8 } = process.versions;
  return [
    `Evenkeel ${version}`,
    `Electron ${electron}`,
    `Chromium ${chrome}`,
    `Node ${node}`,
    `V8 ${v8}`,
    `${process.platform} ${process.arch} ${process.getSystemVersion()}`,
    updates,
  ].join('\n');
}

/** The box with the versions, which can be copied. */
export async function showAbout(window: BrowserWindow, about: About): Promise<void> {
  const [name = '', ...others] = versionsOf(about).split('\n');
  const { response } = await dialog.showMessageBox(window, {
    title: 'About Evenkeel',
    icon: nativeImage.createFromPath(about.icon),
    message: name,
    detail: [...others, 'MIT licence'].join('\n'),
    buttons: ['OK', 'Copy'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  if (response === 1) clipboard.writeText(versionsOf(about));
}
