// Outlives a benchmark that was killed: ends the process groups it was told of on its standard input (`+PID`, `-PID` when one has ended
// by itself), as soon as that comes to its end, and removes the folder named by its argument.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const groups = new Set();
// Ctrl+C and a closed terminal reach it too; what it waits for is the end of the pipe.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
for await (const line of createInterface({ input: process.stdin })) {
  if (line[0] === '+') groups.add(Number(line.slice(1)));
  else groups.delete(Number(line.slice(1)));
}
for (const group of groups) {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
rmSync(process.argv[2], { recursive: true, force: true });
