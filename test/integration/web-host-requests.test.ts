import { describe, expect, it } from 'vitest';
import { startWebHost } from '../../src/web/web-host.ts';
import { request, sendRaw } from '../support/raw-http.ts';
import { errorOf, webHostFixture } from '../support/web-host-fixture.ts';

const web = webHostFixture();

describe('the page', () => {
  it('needs no token, for it holds no secret', async () => {
    const response = await web.get('/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toEqual(['text/html; charset=utf-8']);
    expect(response.headers.get('cache-control')).toEqual(['no-cache']);
    expect(response.body).toContain('The page');
    expect((await web.get('/?theme=dark')).status).toBe(200);
  });

  it('has assets that are kept for ever because their name changes with their content', async () => {
    const response = await web.get('/assets/index-AbC123_-.js');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toEqual(['text/javascript; charset=utf-8']);
    expect(response.headers.get('cache-control')).toEqual(['public, max-age=31536000, immutable']);
    expect((await web.get('/icon.svg')).headers.get('cache-control')).toEqual(['no-cache']);
  });

  it('is not sent again when the browser has it', async () => {
    const etag = (await web.get('/')).headers.get('etag')?.[0] ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    const response = await web.get('/', { 'If-None-Match': etag });
    expect(response.status).toBe(304);
    expect(response.body).toBe('');
    expect((await web.get('/', { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it('can be asked for without its body', async () => {
    const response = await request(web.port, 'HEAD /');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toEqual(['38']);
    expect(response.body).toBe('');
  });

  it('is not there in a host without a page', async () => {
    const headless = await startWebHost({ lab: web.lab, host: '127.0.0.1', port: 0, ui: false });
    expect((await request(headless.port, 'GET /')).status).toBe(404);
    await headless.close();
  });

  it.each([
    '/../outside.html',
    '/..%2foutside.html',
    '/%2e%2e/outside.html',
    '/%2e%2e%2foutside.html',
    '/assets/../../outside.html',
    '/assets/..%5c..%5coutside.html',
    '/..\\outside.html',
    '//outside.html',
    '///etc/passwd',
    '/etc/passwd',
    '/index.html/',
    '/index.html%00.js',
    '/assets',
    '/assets/',
    '/assets/index-AbC123_-.js.map',
    '/%',
    '/%zz',
    '/constructor',
    '/__proto__',
    '/INDEX.HTML',
  ])('does not serve %s', async (path) => {
    const response = await web.get(path);
    expect(response.status).toBe(404);
    expect(response.body).not.toContain('outside<');
    expect(errorOf(response)).toBe('bad-argument');
  });

  it.each(['*', 'http://evil.example/', 'index.html'])('refuses the request target %s', async (target) => {
    expect((await web.get(target)).status).toBe(400);
  });
});

describe('methods', () => {
  it.each([
    ['POST /', 'GET, HEAD'],
    ['DELETE /icon.svg', 'GET, HEAD'],
    ['POST /api/lab', 'GET, HEAD'],
    ['PUT /api/commands', 'POST'],
    ['GET /api/commands', 'POST'],
    ['GET /session', 'POST'],
    ['OPTIONS /api/commands', 'POST'],
    ['POST /metrics', 'GET, HEAD'],
    ['TRACE /api/lab', 'GET, HEAD'],
  ])('%s is not one', async (line, allow) => {
    const response = await request(web.port, line, { Authorization: web.bearer });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toEqual([allow]);
  });

  it('closes on CONNECT', async () => {
    await expect(request(web.port, 'CONNECT evil.example:443')).rejects.toThrow('without an answer');
  });
});

describe('the limits', () => {
  const MAX = 64 * 1024;
  const auth = (): Record<string, string> => ({ Authorization: web.bearer });
  const body = (bytes: number): string => `{"command":"marker","text":"${'x'.repeat(bytes - 30)}"}`;

  it('let a body of 64 KiB in', async () => {
    expect(Buffer.byteLength(body(MAX))).toBe(MAX);
    expect((await web.post('/api/commands', body(MAX), auth())).status).toBe(200);
  });

  it.each([MAX + 1, 2 * MAX, 900_000])('keep a body of %d bytes out', async (bytes) => {
    const response = await web.post('/api/commands', body(bytes), auth());
    expect(response.status).toBe(413);
    expect(errorOf(response)).toBe('too-large');
  });

  it('count what comes, not what was said', async () => {
    const chunk = `${(16_384).toString(16)}\r\n${'x'.repeat(16_384)}\r\n`;
    const head = `POST /api/commands HTTP/1.1\r\nHost: 127.0.0.1:${web.port}\r\nAuthorization: ${web.bearer}\r\nConnection: close\r\n`;
    const response = await sendRaw(web.port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}0\r\n\r\n`);
    expect(response.status).toBe(413);
  });

  it('hold before the token is asked for too', async () => {
    expect((await web.post('/session', body(MAX + 1), { Origin: web.own })).status).toBe(413);
  });

  it('say 413 instead of "100 Continue" to who asks first', async () => {
    const head = { ...auth(), Expect: '100-continue', 'Content-Length': String(MAX + 1), Connection: 'close' };
    const response = await request(web.port, 'POST /api/commands', head, 'x'.repeat(MAX + 1));
    expect(response.status).toBe(413);
  });

  it('end a connection that sends without end', async () => {
    const head = `POST /api/commands HTTP/1.1\r\nHost: 127.0.0.1:${web.port}\r\nAuthorization: ${web.bearer}\r\nContent-Length: 99999999\r\n\r\n`;
    const response = await sendRaw(web.port, head + 'x'.repeat(4_000_000));
    expect(response.status).toBe(413);
  });

  it('keep headers over 16 KiB out', async () => {
    expect((await web.get('/', { 'X-Long': 'x'.repeat(20_000) })).status).toBe(431);
  });
});
