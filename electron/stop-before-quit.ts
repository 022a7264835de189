import { app } from 'electron';
import { say, sentenceOf } from './say.ts';

/** How long the lab may take to stop before the app ends without it; Chromium then ends what is left of it. */
const STOP_WITHIN_MS = 5000;

/** Quitting waits for the lab: its origins have ended and its ports are free when the app is gone. */
export function stopBeforeQuit(lab: { stop(): Promise<void> }): void {
  let state: 'running' | 'stopping' | 'stopped' = 'running';
  const stop = async (): Promise<void> => {
    state = 'stopping';
    const tooLong = new Promise<void>((done) => setTimeout(done, STOP_WITHIN_MS));
    try {
      await Promise.race([lab.stop(), tooLong]);
    } catch (error) {
      say(sentenceOf(error));
    }
    state = 'stopped';
    app.quit();
  };
  app.on('before-quit', (event) => {
    if (state === 'stopped') return;
    event.preventDefault();
    if (state === 'running') void stop();
  });
}
