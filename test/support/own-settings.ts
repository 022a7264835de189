import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A test run neither reads nor changes the settings of who runs it: a lab that begins on the projector is another one. */
export default function ownSettings(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-settings-'));
  process.env.EVENKEEL_CONFIG_DIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
