// Tasks of a page's main thread as the browser itself traced them: how long each took by the clock, and how much of that it
// had a processor. What is beyond is waiting: for other processes, or for the browser's own threads.

/** What marks the page's main thread in the trace. */
const MARK = 'evenkeel-main-thread';
const TASK = 'ThreadControllerImpl::RunTask';

/**
 * Begins to trace the main thread of `page`.
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').Page} page
 * @returns {Promise<() => Promise<readonly { wall: number, own: number }[]>>} ends it and answers its tasks: ms by the clock, ms of
 * processor time
 */
export async function traceMainThread(browser, page) {
  const session = await browser.newBrowserCDPSession();
  const events = [];
  let mark;
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value) {
      if (event.name === MARK) mark = event;
      else if (event.name === TASK && event.ph === 'X') events.push(event);
    }
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { recordMode: 'recordAsMuchAsPossible', includedCategories: ['toplevel', 'blink.user_timing'] },
  });
  await page.evaluate((name) => performance.mark(name), MARK);
  return async () => {
    const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
    await session.send('Tracing.end');
    await complete;
    await session.detach();
    if (!mark) throw new Error('The trace does not know the page.');
    return events
      .filter(({ pid, tid }) => pid === mark.pid && tid === mark.tid)
      .map(({ dur, tdur }) => ({ wall: dur / 1000, own: (tdur ?? dur) / 1000 }));
  };
}
