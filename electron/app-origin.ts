export const APP_SCHEME = 'app';
const APP_HOST = 'lab';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;
export const APP_PAGE = `${APP_ORIGIN}/`;

/** Whether a URL is of our own origin: parsed, never compared as text, and without a port or a user name. */
export function isOurs(url: string): boolean {
  return pathOf(url) !== undefined;
}

/** The path of a URL of our own origin, still encoded; undefined for any other URL. */
export function pathOf(url: string): string | undefined {
  try {
    const { protocol, host, username, password, pathname } = new URL(url);
    const ours = protocol === `${APP_SCHEME}:` && host === APP_HOST && username === '' && password === '';
    return ours ? pathname : undefined;
  } catch {
    return undefined;
  }
}
