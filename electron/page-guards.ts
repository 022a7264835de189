import type { Session, WebContents } from 'electron';
import { isOurs } from './app-origin.ts';

/** Keeps a page where it is: it can neither go to another origin, nor open a window, nor embed one. */
export function confine(contents: WebContents): void {
  const stayHome = (event: { readonly url: string; preventDefault(): void }): void => {
    if (!isOurs(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stayHome);
  contents.on('will-redirect', stayHome);
  contents.on('will-frame-navigate', stayHome);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** The lab needs no camera, no position, no notification: every permission is denied, asked for or checked. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, grant) => grant(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}
