// Origins of the soak itself, run by somebody else as far as the lab knows: each answer says which request it answers, so that an answer
// that goes to another client is found out.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

export const hashOf = (bytes) => createHash('sha1').update(bytes).digest('hex');

export async function startEchoOrigin(dice) {
  /** Of each connection from whom (its port) and what came last. */
  const connections = new Map();
  const server = createServer({ keepAliveTimeout: 5000 }, (request, response) => {
    const last = { line: `${request.method} ${request.url} ${JSON.stringify(request.headers)}`, answered: false };
    connections.set(request.socket.remotePort, last);
    response.once('close', () => {
      last.answered = true;
    });
    if (request.url === '/healthz') {
      response.setHeader('endpoint-load-metrics', `TEXT cpu_utilization=${dice.next().toFixed(2)}`);
      response.end('{"load":0.1}');
      return;
    }
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('error', () => response.destroy());
    request.on('end', () => answer(request, response, Buffer.concat(parts), dice));
  });
  server.on('connection', (socket) => {
    const { remotePort } = socket;
    connections.set(remotePort, { line: 'nothing yet', answered: false });
    socket.once('close', () => connections.delete(remotePort));
  });
  server.on('upgrade', (request, socket) => {
    connections.set(socket.remotePort, { line: `upgrade ${request.url}`, answered: false });
    socket.on('error', () => socket.destroy());
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: soak\r\n\r\n');
    socket.pipe(socket);
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    /** What is going on here, for whoever looks for what is left over. */
    open: () =>
      [...connections].map(([from, { line, answered }]) => `${from}: ${line}${answered ? ' (answered)' : ''}`),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const BIG = Buffer.alloc(2 * 1024 * 1024, 'evenkeel ');

function answer(request, response, body, dice) {
  response.setHeader('x-echo', request.headers['x-soak-id'] ?? '');
  response.setHeader('x-hash', hashOf(body));
  if (request.url.startsWith('/big')) {
    response.end(BIG);
    return;
  }
  const fate = dice.next();
  if (fate < 0.02) {
    // Dies in the middle of its answer.
    response.setHeader('content-length', 100_000);
    response.write(Buffer.alloc(1000));
    setTimeout(() => response.destroy(), 5);
  } else if (fate < 0.04) request.socket.destroy();
  else if (fate < 0.1) {
    response.writeHead(dice.pick([201, 404, 500, 503]));
    response.end(body);
  } else if (fate < 0.2 && request.method !== 'HEAD') {
    response.setHeader('trailer', 'x-after');
    response.write(body.subarray(0, body.length >> 1));
    setTimeout(() => {
      response.write(body.subarray(body.length >> 1));
      response.addTrailers({ 'x-after': 'end' });
      response.end();
    }, dice.below(30));
  } else setTimeout(() => response.end(body), dice.below(20));
}
