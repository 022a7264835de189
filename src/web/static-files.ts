import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, relative, sep } from 'node:path';
import { EvenkeelError } from '../core/errors.ts';
import { contentTypeOf } from '../protocol/content-security.ts';

interface StaticFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
}

/**
 * The page and its assets: a map from URL path to bytes, made once. A request is looked up and never turned into a file name, so
 * there is no path to traverse and nothing to be found that the build did not put there.
 */
export class StaticFiles {
  #files = new Map<string, StaticFile>();

  /** @throws EvenkeelError `storage` when the folder holds no index.html */
  constructor(folder: string) {
    if (!statSync(join(folder, 'index.html'), { throwIfNoEntry: false })?.isFile()) {
      throw new EvenkeelError('storage', `The page is not built (no index.html in ${folder}); run npm run build.`);
    }
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const type = contentTypeOf(entry.name);
      if (!entry.isFile() || !type) continue; // source maps and whatever else lies about is not served
      const path = join(entry.parentPath, entry.name);
      this.#add(`/${relative(folder, path).split(sep).join('/')}`, type, readFileSync(path));
    }
    const page = this.#files.get('/index.html');
    if (page) this.#files.set('/', page);
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

  #add(path: string, type: string, body: Buffer): void {
    const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
    // The build names what is under assets/ after its content: another content is another URL.
    const hashed = /^\/assets\/.+-[\w-]{8}\.\w+$/.test(path);
    const cacheControl = hashed ? 'public, max-age=31536000, immutable' : 'no-cache';
    this.#files.set(path, { body, type, etag: `"${hash}"`, cacheControl });
  }
}
