// The peer: http-proxy with a keep-alive agent and round robin, nothing else. Arguments: port, origin ports.
import { Agent, createServer } from 'node:http';
import util from 'node:util';

util._extend = Object.assign; // silences a deprecation of http-proxy's on Node 22 and up; the same function
const { default: httpProxy } = await import('http-proxy');

const [port, ...origins] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxFreeSockets: 256, scheduling: 'lifo' });
const targets = origins.map((origin) => ({
  protocol: 'http:',
  host: '127.0.0.1',
  hostname: '127.0.0.1',
  port: origin,
}));
const proxy = httpProxy.createProxyServer({});
let next = 0;
createServer((request, response) => {
  proxy.web(request, response, { target: targets[next++ % targets.length], agent }, () =>
    response.writeHead(502).end(),
  );
}).listen(port, '127.0.0.1');
