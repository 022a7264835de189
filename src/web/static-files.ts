import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { EvenkeelError } from '../core/errors.ts';
import { type PageFile, readPageFiles } from '../host/page-files.ts';

interface StaticFile extends PageFile {
  readonly etag: string;
  readonly cacheControl: string;
}

/** The page and its assets, and how long a browser may keep each. */
export class StaticFiles {
  #files = new Map<string, StaticFile>();

  /** @throws EvenkeelError `storage` when the folder holds no index.html */
  constructor(folder: string) {
    if (!statSync(join(folder, 'index.html'), { throwIfNoEntry: false })?.isFile()) {
      throw new EvenkeelError('storage', `The page is not built (no index.html in ${folder}); run npm run build.`);
    }
    for (const [path, file] of readPageFiles(folder)) this.#files.set(path, cached(path, file));
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  serve(path: string, request: IncomingMessage, response: ServerResponse): void {
    const file = this.#files.get(path);
    if (!file) throw new Error(`No file for ${path}`);
    const headers = { ETag: file.etag, 'Cache-Control': file.cacheControl };
    if (request.headers['if-none-match'] === file.etag) {
      response.writeHead(304, headers).end();
      return;
    }
    response.writeHead(200, { ...headers, 'Content-Type': file.type, 'Content-Length': file.body.byteLength });
    response.end(file.body);
  }
}

function cached(path: string, file: PageFile): StaticFile {
  const hash = createHash('sha256').update(file.body).digest('base64url').slice(0, 22);
  // The build names what is under assets/ after its content: another content is another URL.
  const hashed = /^\/assets\/.+-[\w-]{8}\.\w+$/.test(path);
  const cacheControl = hashed ? 'public, max-age=31536000, immutable' : 'no-cache';
  return { ...file, etag: `"${hash}"`, cacheControl };
}
