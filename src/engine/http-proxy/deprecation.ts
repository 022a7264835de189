import util from 'node:util';

// http-proxy takes `util._extend` when it loads; from Node 22 on calling it prints a deprecation warning at every start.
// It does what Object.assign does. This file must be imported before http-proxy.
(util as { _extend?: typeof Object.assign })._extend = Object.assign;
