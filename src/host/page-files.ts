import { readdirSync, readFileSync } from 'node:fs';
import { contentTypeOf } from '../protocol/content-security.ts';

export interface PageFile {
  readonly body: Buffer<ArrayBuffer>;
  readonly type: string;
}

/**
 * The built page by URL path, read once: a request is looked up and never turned into a file name, so there is no path to traverse
 * and nothing to be found that the build did not put there. Kept, they are the same under a build that replaces them. Source
 * maps and other kinds are left out.
 */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  // Not `recursive`, which the Electron of the tests (Node 18.15) passes over.
  const add = (path: string): void => {
    for (const entry of readdirSync(`${folder}${path}`, { withFileTypes: true })) {
      const type = contentTypeOf(entry.name);
      if (entry.isDirectory()) add(`${path}${entry.name}/`);
      else if (type !== undefined)
        files.set(`${path}${entry.name}`, { body: readFileSync(`${folder}${path}${entry.name}`), type });
    }
  };
  add('/');
  const page = files.get('/index.html');
  if (page) files.set('/', page);
  return files;
}
