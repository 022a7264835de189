import { spawn } from 'node:child_process';

/** Opens an address in the system's browser where there is a display. Never fails: the address is on the terminal, too. */
export function openBrowser(url: string): void {
  const [command, ...args] = launcher(url);
  if (command === undefined) return;
  try {
    const child = spawn(command, args, { detached: true, stdio: 'ignore', windowsVerbatimArguments: true });
    child.on('error', () => {});
    child.unref();
  } catch {
    // No such program: there is nothing to open it with.
  }
}

function launcher(url: string): string[] {
  switch (process.platform) {
    case 'darwin':
      return ['open', url];
    case 'win32':
      // The first quoted argument of `start` is a window title.
      return ['cmd', '/c', 'start', '""', `"${url}"`];
    default:
      return process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? ['xdg-open', url] : [];
  }
}
