#!/usr/bin/env node
// `npm start` and `npm run -s evenkeel -- …`: builds what is stale, then opens the desktop where there can be one, and
// otherwise runs the command line (which opens the same lab in the browser) in this very process.
const OLDEST_NODE = [20, 19];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  process.stderr.write(`Evenkeel needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}
// Imported only now: an older Node might not even parse it.
const { main } = await import('./launcher.mjs');
await main(process.argv.slice(2));
