import { protocol } from 'electron';
import { type PageFile, readPageFiles } from '../src/host/page-files.ts';
import { SECURITY_HEADERS } from '../src/protocol/content-security.ts';
import { APP_SCHEME, pathOf } from './app-origin.ts';

/** Before `ready`: makes `app:` a scheme with origins (storage, CSP's 'self', module scripts) that counts as secure. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** After `ready`: serves `app://lab/` from the built screen. */
export function serveApp(rendererFolder: string): void {
  const files = readPageFiles(rendererFolder);
  protocol.handle(APP_SCHEME, (request) => answer(request, files));
}

/** The answer to one request for `app:`. */
export function answer(request: Pick<Request, 'method' | 'url'>, files: ReadonlyMap<string, PageFile>): Response {
  const path = pathOf(request.url);
  const found = path === undefined ? undefined : files.get(path);
  if (!found) return refuse(404);
  if (request.method !== 'GET') return refuse(405);
  return new Response(found.body, {
    headers: { ...SECURITY_HEADERS, 'cache-control': 'no-cache', 'content-type': found.type },
  });
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: SECURITY_HEADERS });
}
