import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type PackedApp, type RunningApp, startPacked } from '../support/packed-app.ts';
import { freePorts } from '../support/ports.ts';
import { alive, descendantsOf } from '../support/process-tree.ts';

const found = inject('packedApp');
const notRoot = process.getuid?.() !== 0;
const why = notRoot ? ': skipped, as only root can become another user' : '';
const READY = /^ready: proxy http:\/\/127\.0\.0\.1:(\d+)$/m;

if ('skipped' in found) describe.skip(`the packed app starts: ${found.skipped}`, () => it('does', () => {}));
else describeStart(found);

function describeStart(app: PackedApp): void {
  let home: string;
  let running: RunningApp[];
  beforeEach(() => {
    home = mkdtempSync('/tmp/evenkeel-home-');
    running = [];
  });
  afterEach(async () => {
    for (const one of running) {
      one.child.kill('SIGKILL'); // only when a test could not end it
      await one.ended;
    }
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  const settings = (name: string): string => join(home, '.config', 'evenkeel', name);
  const start = (args: readonly string[], as: Parameters<typeof startPacked>[3] = {}): RunningApp => {
    const one = startPacked(app, args, home, as);
    running.push(one);
    return one;
  };
  const quit = async (one: RunningApp): Promise<void> => {
    one.child.kill('SIGTERM');
    expect(await one.ended).toBe(0);
  };
  /** A quiet lab on ports of its own, at `name` in the home. */
  const lab = async (name: string): Promise<{ readonly port: number; readonly file: string }> => {
    const [port = 0, origin = 0] = await freePorts(2);
    const file = join(home, name);
    writeFileSync(
      file,
      `evenkeel: 1\nlisten: 127.0.0.1:${port}\norigins: [{ name: A, port: ${origin} }]\ntraffic: off\n`,
    );
    return { port, file };
  };
  const answers = async (port: number): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/`).then(
      ({ ok }) => ok,
      () => false,
    );

  describe('the packed app', () => {
    it('opens the lab it is given, remembers it and its window, and leaves nothing when it quits', async () => {
      const { port } = await lab('first.evenkeel.yaml');
      const one = start(['first.evenkeel.yaml']);
      expect(Number((await one.printed(READY))[1])).toBe(port);
      expect(await answers(port)).toBe(true);
      const all = descendantsOf(one.child.pid ?? 0);
      expect(all.length).toBeGreaterThan(3);
      await quit(one);
      await expect.poll(() => alive(all)).toEqual([]);
      expect(await answers(port)).toBe(false);
      expect(JSON.parse(readFileSync(settings('desktop.json'), 'utf8'))).toMatchObject({
        recentLabs: [join(home, 'first.evenkeel.yaml')],
        window: { width: expect.any(Number), maximized: false, fullScreen: false },
      });
    });

    it('started again opens its lab in the one that runs', async () => {
      const first = await lab('first.yaml');
      const second = await lab('second.yaml');
      const one = start([first.file]);
      await one.printed(READY);
      const other = start([`file://${second.file}`]);
      expect(await other.ended).toBe(0);
      expect(other.output.stdout).toBe(`Evenkeel is running already; it opens ${second.file}.\n`);
      await expect.poll(() => answers(second.port)).toBe(true);
      expect(await answers(first.port)).toBe(false);
      await quit(one);
    });

    it('started again without a lab shows its window, and the lab goes on', async () => {
      const { port, file } = await lab('first.yaml');
      const one = start([file]);
      await one.printed(READY);
      const other = start([]);
      expect(await other.ended).toBe(0);
      expect(other.output.stdout).toBe('Evenkeel is running already; its window comes to the front.\n');
      expect(await answers(port)).toBe(true);
      await quit(one);
    });

    it('is usable after its settings were damaged, and keeps them aside', async () => {
      mkdirSync(join(home, '.config', 'evenkeel'), { recursive: true });
      writeFileSync(settings('settings.json'), '{"theme": "li');
      writeFileSync(settings('desktop.json'), '\0\0\0');
      const { port, file } = await lab('first.yaml');
      const one = start([file]);
      await one.printed(READY);
      expect(await answers(port)).toBe(true);
      expect(readFileSync(settings('settings.json.damaged'), 'utf8')).toBe('{"theme": "li');
      expect(existsSync(settings('desktop.json.damaged'))).toBe(true);
      await quit(one);
    });

    it('takes the next free port when its own is blocked', async () => {
      const { port, file } = await lab('first.yaml');
      const blocker = createServer().listen(port, '127.0.0.1');
      const one = start([file]);
      const [, taken] = await one.printed(READY);
      expect(Number(taken)).toBeGreaterThan(port);
      expect(await answers(Number(taken))).toBe(true);
      await quit(one);
      blocker.close();
    });

    it.each([
      [
        'evenkeel: 1\nstrategy: nope\norigins: 3\n',
        /wrong\.yaml, line 2, column 11: .*\n.*wrong\.yaml, line 3, column 10: /,
      ],
      ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', /wrong\.yaml is not a lab file: it is not text\.\n$/],
      [undefined, /^There is no file .*wrong\.yaml\.\n$/],
    ])('says what is wrong with a lab file that is none (%j), and ends with 2', async (text, sentences) => {
      if (text !== undefined) writeFileSync(join(home, 'wrong.yaml'), text);
      const one = start(['wrong.yaml'], { launcher: true });
      expect(await one.ended).toBe(2);
      expect(one.output.stderr).toMatch(sentences);
    });

    it('opens though a window was on a screen that has gone', async () => {
      mkdirSync(join(home, '.config', 'evenkeel'), { recursive: true });
      const window = { x: 9000, y: -4000, width: 800, height: 600, maximized: false, fullScreen: false };
      writeFileSync(settings('desktop.json'), JSON.stringify({ window, recentLabs: [] }));
      const { file } = await lab('first.yaml');
      const one = start([file]);
      await one.printed(READY);
      await quit(one);
      const after = JSON.parse(readFileSync(settings('desktop.json'), 'utf8')).window;
      expect(after).toMatchObject({ width: 800, height: 600 });
      expect([after.x < 1440, after.y >= 0]).toEqual([true, true]);
    });

    it.skipIf(notRoot)(`runs for a user whose home cannot be written to${why}`, async () => {
      chmodSync(join(app.folder, 'chrome-sandbox'), 0o4755);
      chmodSync(home, 0o755); // root's, and theirs to read
      const { port, file } = await lab('first.yaml');
      const one = start([file], { uid: 65534, env: { TMPDIR: '/tmp' } });
      await one.printed(READY);
      expect(await answers(port)).toBe(true);
      await quit(one);
      expect(existsSync(join(home, '.config'))).toBe(false);
    });
  });
}
