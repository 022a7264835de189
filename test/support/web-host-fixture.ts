import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { startWebHost, type WebHost } from '../../src/web/web-host.ts';
import { type RawResponse, request } from './raw-http.ts';
import { StubLab } from './stub-lab.ts';

type Headers = Readonly<Record<string, string | null>>;

/** A web host with a small page of its own, and raw requests to it. */
class WebHostFixture {
  readonly lab = new StubLab();
  readonly folder = mkdtempSync(join(tmpdir(), 'evenkeel-web-'));
  host!: WebHost;

  async start(): Promise<void> {
    const files = join(this.folder, 'renderer');
    mkdirSync(join(files, 'assets'), { recursive: true });
    writeFileSync(join(files, 'index.html'), '<!doctype html><title>The page</title>');
    writeFileSync(join(files, 'assets', 'index-AbC123_-.js'), 'export {};');
    writeFileSync(join(files, 'icon.svg'), '<svg/>');
    writeFileSync(join(files, 'assets', 'index-AbC123_-.js.map'), '{"secret":true}');
    writeFileSync(join(this.folder, 'outside.html'), 'outside');
    this.host = await startWebHost({ lab: this.lab, host: '127.0.0.1', port: 0, ui: true, files });
  }

  async stop(): Promise<void> {
    await this.host.close();
    rmSync(this.folder, { recursive: true });
  }

  get port(): number {
    return this.host.port;
  }

  /** The page's own origin. */
  get own(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get bearer(): string {
    return `Bearer ${this.host.token}`;
  }

  get(path: string, headers: Headers = {}): Promise<RawResponse> {
    return request(this.port, `GET ${path}`, headers);
  }

  /** @param body text as it is, anything else as JSON */
  post(path: string, body: unknown, headers: Headers = {}): Promise<RawResponse> {
    return request(this.port, `POST ${path}`, headers, typeof body === 'string' ? body : JSON.stringify(body));
  }

  /** The cookie a page gets for the token, as it would send it back. */
  async cookie(): Promise<string> {
    const response = await this.post('/session', { token: this.host.token }, { Origin: this.own });
    expect(response.status).toBe(204);
    return response.headers.get('set-cookie')?.[0]?.split(';')[0] ?? '';
  }
}

/** A host for all tests of a file. */
export function webHostFixture(): WebHostFixture {
  const fixture = new WebHostFixture();
  beforeAll(() => fixture.start());
  afterAll(() => fixture.stop());
  return fixture;
}

/** The code in the body of an error. */
export function errorOf(response: RawResponse): unknown {
  return JSON.parse(response.body).error.code;
}
