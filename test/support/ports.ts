import { createSocket, type Socket } from 'node:dgram';
import { isFree } from '../../src/host/free-port.ts';

/** Below the ports that a system gives to outgoing connections, and to whoever listens on any. */
const FIRST = 20_000;
const COUNT = 3000;
/** A lab that adds an origin, or finds a port taken, goes on to the next one: that must not be somebody else's. */
const STEP = 4;

const claims: Socket[] = [];

/** `count` free ports, which no other test gets as long as this process lives, nor one that runs beside it in another process. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = FIRST + STEP * Math.floor(Math.random() * COUNT);
    if ((await claim(port)) && (await isFree('127.0.0.1', port))) ports.push(port);
  }
  return ports;
}

/** One of them. */
export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

/** Who holds a number's UDP port, which nobody here has another use for, has its TCP port; the system lets go of it when the process ends. */
function claim(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').unref();
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      claims.push(socket);
      resolve(true);
    });
  });
}
