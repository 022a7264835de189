import { decodeFrame, type Frame } from '../../src/protocol/frame.ts';
import { Peer } from '../../src/protocol/peer.ts';
import type { LabState } from '../../src/protocol/state.ts';
import { file, PATIENT_CHECKS, printed, type Running, start } from './cli-fixture.ts';
import { type Answer, ask } from './http-client.ts';
import { openSocket, pageTransport } from './page-socket.ts';
import { freePort } from './ports.ts';
import { findThreadedNode } from './threaded-node.ts';

/** A lab with several threads and four origins, served as users do it. */

const TOKEN = 'a-token-that-is-long-enough-for-anyone';
/** A Node that can, or why there is none. */
export const threadedNode = findThreadedNode();

interface ServedLab {
  readonly serve: Running;
  readonly proxy: number;
  readonly control: number;
  /** The bodies of the origins' answers. */
  readonly bodies: readonly string[];
}

export async function serveLab(
  threads: number,
  more = '',
  service = '{ time: { constant: 0ms } }',
  nodeArgs: readonly string[] = [],
): Promise<ServedLab> {
  if ('skipped' in threadedNode) throw new Error(threadedNode.skipped);
  const [proxy, control] = [await freePort(), await freePort()];
  const ports = [await freePort(), await freePort(), await freePort(), await freePort()];
  const origins = ports.map((port, at) => `{ name: ${'ABCD'[at]}, port: ${port}, service: ${service} }`);
  const checks = /^health:/m.test(more) ? '' : PATIENT_CHECKS;
  const text = `evenkeel: 1\nthreads: ${threads}\nlisten: 127.0.0.1:${proxy}\ntraffic: off\norigins: [${origins}]\n${checks}${more}`;
  const args = [
    'serve',
    file(`threads-${proxy}.yaml`, text),
    '--control',
    String(control),
    '--token',
    TOKEN,
    '--no-ui',
  ];
  const serve = start(args, undefined, threadedNode.path, nodeArgs);
  await printed(serve, 'stdout', /\n/);
  return { serve, proxy, control, bodies: ports.map((port) => `origin server response :${port}`) };
}

const authorization = { authorization: `Bearer ${TOKEN}` };

export async function state({ control }: ServedLab): Promise<LabState> {
  const { body } = await ask(control, { path: '/api/lab', headers: authorization });
  return JSON.parse(body) as LabState;
}

export async function metrics({ control }: ServedLab): Promise<string> {
  return (await ask(control, { path: '/metrics', headers: authorization })).body;
}

export function command({ control }: ServedLab, value: unknown): Promise<Answer> {
  return ask(control, {
    path: '/api/commands',
    method: 'POST',
    headers: { ...authorization, 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
}

/** Reads frames as a screen does. */
export async function watch({
  control,
}: ServedLab): Promise<{ last(): Frame | undefined; detail(request: number): unknown }> {
  let last: Frame | undefined;
  const page = new Peer(await pageTransport(openSocket({ port: control, token: TOKEN })));
  page.onFrame((bytes) => {
    last = decodeFrame(bytes);
    page.emit('ack', { sequence: last.sequence });
  });
  await page.request('subscribe');
  return { last: () => last, detail: (request) => page.request('request-detail', { request }) };
}

/** How many answers had each of the bodies, and how many were something else. */
export function tally(answers: readonly Answer[], bodies: readonly string[]): number[] {
  const counts = bodies.map((body) => answers.filter((answer) => answer.status === 200 && answer.body === body).length);
  return [...counts, answers.length - counts.reduce((sum, count) => sum + count, 0)];
}
