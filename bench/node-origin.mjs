// An origin that only answers. Argument: port.
import { createServer } from 'node:http';

const port = Number(process.argv[2]);
const body = `origin server response :${port}`;
createServer({ keepAliveTimeout: 75_000 }, (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length });
  response.end(body);
}).listen(port, '127.0.0.1');
