import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../src/core/strategies/registry.ts';
import { cli, file, printed, run, start } from '../support/cli-fixture.ts';
import { freePort } from '../support/ports.ts';

describe('evenkeel', () => {
  it('tells its version and how it is used', async () => {
    expect(await run(['--version'])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
    const help = await run(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const command of ['serve', 'origin', 'check', 'simulate', 'strategies'])
      expect(help.stdout).toContain(`evenkeel ${command}`);
  });

  it.each(['serve', 'origin', 'check', 'strategies', 'simulate'])('has help on %s', async (command) => {
    const help = await run([command, '--help']);
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining(`evenkeel ${command}`), stderr: '' });
    expect(Math.max(...help.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(await run(['help', command])).toEqual(help);
  });

  it.each([
    [['chek', 'lab.yaml'], 'There is no command or lab file "chek". Did you mean "check"?\n'],
    [['zzz'], 'There is no command or lab file "zzz". See evenkeel --help.\n'],
    [['none.yaml'], 'There is no file none.yaml.\n'],
    [['--opn'], 'There is no option --opn. See --help.\n'],
    [['--no-opn'], 'There is no option --no-opn. Did you mean --no-open?\n'],
    [['serve'], 'Which lab file? Write evenkeel serve LAB.yaml.\n'],
    [['serve', 'none.yaml'], 'There is no file none.yaml.\n'],
    [['serve', 'a.yaml', 'b.yaml'], 'There is one argument too many: "b.yaml". See --help.\n'],
    [['serve', 'a.yaml', '--contrl', 'x'], 'There is no option --contrl. Did you mean --control?\n'],
    [
      ['serve', 'a.yaml', '--control', 'here'],
      '--control must be an address and port such as 127.0.0.1:7070, not "here".\n',
    ],
    [['serve', 'a.yaml', '--token', '--json'], '--token needs a value, such as --token a-long-secret.\n'],
    [['serve', 'a.yaml', '--json=yes'], '--json takes no value.\n'],
    [['check'], 'Which lab file? Write evenkeel check LAB.yaml.\n'],
    [['check', '.'], '. is a folder, not a lab file.\n'],
    [['strategies', 'all'], 'There is one argument too many: "all". See --help.\n'],
    [['simulate'], 'Which lab file? Write evenkeel simulate LAB.yaml.\n'],
    [['simulate', 'none.yaml'], 'There is no file none.yaml.\n'],
    [['simulate', 'none.yaml', '--sed', '3'], 'There is no option --sed. Did you mean --seed?\n'],
    [
      ['origin', '--port', '80'],
      '--port cannot be 80, as ports below 1024 need administrator rights; use one from 1024 up, such as 8080.\n',
    ],
    [['origin', '--port', 'http'], '--port must be a whole number from 1024 to 65535, not "http".\n'],
    [['origin', '--port', '-1'], '--port must be a whole number from 1024 to 65535, not -1.\n'],
    [['origin', '--port'], '--port needs a value, such as --port 8081.\n'],
    [['origin', '--time', '50'], '--time needs a unit: write 50ms or 50s.\n'],
    [
      ['origin', '--time', 'gauss:5ms'],
      '--time cannot be "gauss:5ms": write 50ms, exponential:50ms, uniform:10ms..90ms, lognormal:50ms,0.5 or pareto:10ms,1.5.\n',
    ],
    [['origin', '--time', 'pareto:5ms,x'], '--time must be a number, not "x".\n'],
    [['origin', '--workers', 'many'], '--workers must be a whole number from 1 up, or unlimited, not "many".\n'],
    [['origin', '--errors', '200%'], '--errors must be at most 100%: write 50% or 0.5, not "200%".\n'],
  ])('says in one sentence what is wrong with %j, and ends with 2', async (args, stderr) => {
    expect(await run(args)).toEqual({ code: 2, stdout: '', stderr });
  });

  it('shows a stack trace with --debug only', async () => {
    const { code, stderr } = await run(['check', 'none.yaml', '--debug']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^There is no file none\.yaml\.\n.*at /s);
  });
});

describe('evenkeel check', () => {
  it('says that a lab file is fine', async () => {
    const lab = file('fine.yaml', 'evenkeel: 1\norigins: [{ count: 3 }]\nfaults: [{ at: 1s, origin: A1, do: kill }]\n');
    expect(await run(['check', lab])).toEqual({
      code: 0,
      stdout: 'fine.yaml: fine, 3 origins, round-robin, 20/s poisson, 1 fault\n',
      stderr: '',
    });
  });

  it('prints every problem with its place', async () => {
    const lab = file('bad.yaml', 'evenkeel: 1\norigins:\n  - { port: 80 }\n  - { wieght: 2 }\nduration: 5\n');
    expect(await run(['check', lab])).toEqual({
      code: 2,
      stdout: '',
      stderr: [
        'bad.yaml:3:13 port cannot be 80, as ports below 1024 need administrator rights; use one from 1024 up, such as 8080.',
        'bad.yaml:4:7 There is no key "wieght" in origins[1]. Did you mean "weight"?',
        'bad.yaml:5:11 duration needs a unit: write 5ms or 5s.',
        '',
      ].join('\n'),
    });
  });

  it('reads standard input', async () => {
    expect(await run(['check', '-'], 'evenkeel: 1\norigins: [{}]\ntraffic: off\n')).toMatchObject({
      code: 0,
      stdout: 'stdin: fine, 1 origin, round-robin, no traffic\n',
    });
    expect(await run(['check', '-'], 'evenkeel: 3\n')).toMatchObject({
      code: 2,
      stderr: 'stdin:1:11 This lab file is of version 3; this Evenkeel reads version 1, so update Evenkeel.\n',
    });
  });
});

describe('evenkeel strategies', () => {
  it('lists them, one line each', async () => {
    const { code, stdout } = await run(['strategies']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(STRATEGIES.map(({ id }) => id));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it('tells everything about them as JSON', async () => {
    const { stdout } = await run(['strategies', '--json']);
    expect(JSON.parse(stdout)).toEqual(
      STRATEGIES.map(({ id, title, rule, goodWhen, failsWhen, knownAs, parameters }) => ({
        id,
        title,
        rule,
        goodWhen,
        failsWhen,
        knownAs,
        parameters,
      })),
    );
  });

  it.skipIf(process.platform === 'win32')('does not mind a reader that leaves early', async () => {
    const shell = spawn('/bin/sh', ['-c', `"${process.execPath}" "${cli}" strategies --json; echo "code $?" >&2`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    shell.stdout.destroy();
    let stderr = '';
    shell.stderr.on('data', (data) => {
      stderr += data;
    });
    await once(shell, 'close');
    expect(stderr).toBe('code 0\n');
  });
});

describe('evenkeel origin', () => {
  it('answers, prints a line for each request, and ends on Ctrl+C', async () => {
    const port = await freePort();
    const origin = start(['origin', '--port', String(port)]);
    await printed(origin, 'stderr', /^Listens on http:\/\/127\.0\.0\.1:\d+; Ctrl\+C ends it\.\n$/);
    for (const path of ['/', '/any?x=1']) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe(`origin server response :${port}`);
    }
    origin.child.kill('SIGINT');
    expect(await origin.ended).toBe(0);
    const line = String.raw`\[origin server\] received request: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \+0000\n`;
    expect(origin.output.stdout).toMatch(new RegExp(`^(${line}){2}$`));
  });

  it('prints a line for each of very many requests', async () => {
    const port = await freePort();
    const origin = start(['origin', '--port', String(port)]);
    await printed(origin, 'stderr', /Listens/);
    const some = async (): Promise<void> => {
      for (let request = 0; request < 40; request++) await (await fetch(`http://127.0.0.1:${port}/`)).text();
    };
    await Promise.all([some(), some(), some(), some(), some()]);
    origin.child.kill('SIGTERM');
    expect(await origin.ended).toBe(0);
    expect(origin.output.stdout.trimEnd().split('\n')).toHaveLength(200);
  });

  it('takes its time, has a queue and makes errors as told', async () => {
    const port = await freePort();
    const origin = start([
      'origin',
      '--port',
      String(port),
      '--time',
      '1500ms',
      '--workers',
      '1',
      '--queue',
      '0',
      '--errors',
      '100%',
    ]);
    await printed(origin, 'stderr', /Listens/);
    const from = performance.now();
    const statuses = await Promise.all([1, 2].map(async () => (await fetch(`http://127.0.0.1:${port}/`)).status));
    expect(performance.now() - from).toBeGreaterThan(1490);
    expect(statuses.sort()).toEqual([500, 503]);
  });

  it('says when its port is in use, and ends with 1', async () => {
    const port = await freePort();
    const holder = createServer().listen(port, '127.0.0.1');
    await once(holder, 'listening');
    expect(await run(['origin', '--port', String(port)])).toEqual({
      code: 1,
      stdout: '',
      stderr: `Port ${port} is in use by another program; end that one or choose another with --port.\n`,
    });
    holder.close();
  });
});
