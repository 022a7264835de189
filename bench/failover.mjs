// npm run bench:failover [-- --rate 300 --phase 10 --json]
// What clients notice when one of four origins is killed, frozen or restarted, behind Evenkeel, nginx and HAProxy (where installed)
// at once: requests that failed, requests that were slow, how long the balancer kept sending to the faulty origin, and how long until it
// sent to it again. Each retries what may be repeated; all have the same timeouts (1 s to connect, 2 s to answer).
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { failoverStory, installed } from './failover-story.mjs';
import { endAll, here } from './servers.mjs';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '300' },
    phase: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
const [rate, phase] = [Number(values.rate), Number(values.phase)];

try {
  execFileSync(process.execPath, [here('../scripts/build.mjs'), '--if-stale'], { stdio: ['ignore', 2, 2] });
  if (!values.json) {
    console.log(
      `4 origins (20 ms on average), ${rate} GET/s each through ${installed.join(', ')}, a fault every ${phase} s`,
    );
  }
  const results = await failoverStory({ rate, phase, onFault: (what) => process.stderr.write(`  one ${what}\n`) });
  if (values.json) console.log(JSON.stringify(results));
  else print(results);
} finally {
  endAll();
}

function print(results) {
  const seconds = (value) => (value === undefined ? '–' : `${value.toFixed(1)} s`).padStart(10);
  for (const { name, sent, failed, reasons, faults } of results) {
    const why = Object.entries(reasons).map(([reason, count]) => `${count} × ${reason}`);
    console.log(`\n${name}: ${failed} of ${sent} failed${why.length > 0 ? ` (${why.join(', ')})` : ''}`);
    console.log('                    failed      slow   noticed      back');
    for (const { what, failed: lost, slow, noticed, back } of faults) {
      console.log(
        `  ${what.padEnd(15)}${String(lost).padStart(9)}${String(slow).padStart(10)}${seconds(noticed)}${seconds(back)}`,
      );
    }
  }
  console.log(
    '\nslow: over 0.5 s; noticed: until the last request that met the fault arrived; back: until it answered again',
  );
}
