import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { protocol } from 'electron';
import { contentTypeOf, SECURITY_HEADERS } from '../src/protocol/content-security.ts';
import { APP_SCHEME, pathOf } from './app-origin.ts';

/** Before `ready`: makes `app:` a scheme with origins (storage, CSP's 'self', module scripts) that counts as secure. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/**
 * After `ready`: serves `app://lab/` from the built screen. A request is looked up in a list made once and never turned into
 * a file name, so there is no path to traverse. The files are kept, so that a build under a running lab changes nothing in it.
 */
export function serveApp(rendererFolder: string): void {
  const files = readFiles(rendererFolder);
  protocol.handle(APP_SCHEME, (request) => answer(request, files));
}

type AppFile = { readonly body: Uint8Array<ArrayBuffer>; readonly type: string };

/** Every file of the built screen by its URL path; source maps and other kinds are left out. */
export function readFiles(folder: string): ReadonlyMap<string, AppFile> {
  const files = new Map<string, AppFile>();
  const add = (directory: string): void => {
    for (const name of readdirSync(directory)) {
      const file = join(directory, name);
      const type = contentTypeOf(name);
      if (statSync(file).isDirectory()) add(file);
      else if (type !== undefined) {
        const body = new Uint8Array(readFileSync(file));
        files.set(`/${relative(folder, file).split(sep).join('/')}`, { body, type });
      }
    }
  };
  add(folder);
  const page = files.get('/index.html');
  if (page) files.set('/', page);
  return files;
}

/** The answer to one request for `app:`. */
export function answer(request: Pick<Request, 'method' | 'url'>, files: ReadonlyMap<string, AppFile>): Response {
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
