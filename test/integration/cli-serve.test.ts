import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { file, PATIENT_CHECKS, printed, run, start } from '../support/cli-fixture.ts';
import { freePort } from '../support/ports.ts';

describe('evenkeel serve', () => {
  async function lab(more = ''): Promise<{ lab: string; proxy: number; origins: [number, number] }> {
    const [proxy, a, b] = [await freePort(), await freePort(), await freePort()];
    const text = `evenkeel: 1\nlisten: 127.0.0.1:${proxy}\norigins: [{ port: ${a} }, { port: ${b} }]\ntraffic: off\n${PATIENT_CHECKS}${more}`;
    return { lab: file(`serve-${proxy}.yaml`, text), proxy, origins: [a, b] };
  }

  it('prints one line when everything is up, proxies, and leaves nothing behind on Ctrl+C', async () => {
    const { lab: name, proxy, origins } = await lab();
    const control = await freePort();
    const serve = start(['serve', name, '--control', `127.0.0.1:${control}`, '--no-ui']);
    await printed(serve, 'stdout', /\n/);
    expect(serve.output.stdout).toMatch(
      new RegExp(
        `^ready: proxy http://127\\.0\\.0\\.1:${proxy} control http://127\\.0\\.0\\.1:${control}/#t=\\S{20,}\\n$`,
      ),
    );
    const answers = new Set<string>();
    for (let request = 0; request < 4; request++) answers.add(await (await fetch(`http://127.0.0.1:${proxy}/`)).text());
    expect([...answers].sort()).toEqual(origins.map((port) => `origin server response :${port}`).sort());
    serve.child.kill('SIGINT');
    expect(await serve.ended).toBe(0);
    expect(serve.output.stdout.split('\n')).toHaveLength(2);
    expect(serve.output.stderr).toBe('');
    for (const port of [proxy, control, ...origins]) await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  it('prints the same as JSON, and takes commands with a given token', async () => {
    const { lab: name, proxy } = await lab();
    const control = await freePort();
    const token = 'a-token-that-is-long-enough-for-anyone';
    const serve = start(['serve', name, '--control', String(control), '--token', token, '--no-ui', '--json']);
    await printed(serve, 'stdout', /\n/);
    expect(JSON.parse(serve.output.stdout)).toEqual({
      ready: true,
      proxy: `http://127.0.0.1:${proxy}`,
      control: `http://127.0.0.1:${control}/#t=${token}`,
      token,
    });
    const post = (command: unknown) =>
      fetch(`http://127.0.0.1:${control}/api/commands`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(command),
      });
    expect((await post({ command: 'set-strategy', strategy: 'random' })).ok).toBe(true);
    const refused = await post({ command: 'set-strategy', strategy: 'rondom' });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('Did you mean');
    const state = await fetch(`http://127.0.0.1:${control}/api/lab`, { headers: { authorization: `Bearer ${token}` } });
    expect(await state.json()).toMatchObject({ strategy: { use: 'random' } });
    serve.child.kill('SIGTERM');
    expect(await serve.ended).toBe(0);
  });

  it('goes on to the next port where one is taken, and says so on stderr', async () => {
    const { lab: name, proxy } = await lab();
    const holder = createServer().listen(proxy, '127.0.0.1');
    await once(holder, 'listening');
    const serve = start(['serve', name, '--control', String(await freePort()), '--no-ui']);
    const [, used] = await printed(serve, 'stdout', /^ready: proxy http:\/\/127\.0\.0\.1:(\d+) /);
    expect(Number(used)).toBeGreaterThan(proxy);
    await printed(serve, 'stderr', new RegExp(`Port ${proxy} is in use.*${used}\\.\n`));
    holder.close();
  });

  it('ends by itself when the duration of the lab is over', async () => {
    const { lab: name } = await lab('duration: 200ms\n');
    const serve = start(['serve', name, '--control', String(await freePort()), '--no-ui']);
    expect(await serve.ended).toBe(0);
    expect(serve.output.stdout).toMatch(/^ready: /);
  });

  it('prints every problem of a lab file that is wrong, and ends with 2', async () => {
    const name = file('serve-bad.yaml', 'evenkeel: 1\norigins: [{ port: 1 }, 5]\n');
    expect(await run(['serve', name])).toEqual({
      code: 2,
      stdout: '',
      stderr: [
        'serve-bad.yaml:2:19 port cannot be 1, as ports below 1024 need administrator rights; use one from 1024 up, such as 8001.',
        'serve-bad.yaml:2:24 origins[1] must be written like { name: A, port: 8081 }, not 5.',
        '',
      ].join('\n'),
    });
  });

  it('opens a lab in the browser host, too, and serves the page', async () => {
    const { lab: name } = await lab();
    const open = start([name, '--no-open', '--control', String(await freePort())]);
    const [, control = ''] = await printed(open, 'stdout', /^ready: proxy \S+ control (\S+)\n$/);
    const page = await fetch(control);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<html');
    open.child.kill('SIGHUP');
    expect(await open.ended).toBe(0);
  });
});
