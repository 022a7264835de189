import url from 'node:url';
import util from 'node:util';

// Importing this before http-proxy keeps two deprecation warnings about its ways out of every lab's output.

// It takes `util._extend` when it loads, which warns from Node 22 on; Object.assign does the same.
(util as { _extend?: typeof Object.assign })._extend = Object.assign;

// It calls `url.parse`, whose first call in a thread warns from Node 24 on: this is that call.
const { noDeprecation } = process;
process.noDeprecation = true;
url.parse('/');
process.noDeprecation = noDeprecation ?? false;
