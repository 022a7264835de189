import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/**
 * Pauses the lab's own traffic and waits until the last of it has its answer: a request that was under way ends after the pause,
 * and its row comes above those of requests that a test sends then.
 */
export async function pauseTraffic(page: Page, patience: { timeout: number; interval: number }): Promise<void> {
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
  await expect.poll(async () => Number(await page.getByTestId('rate').textContent()), patience).toBe(0);
  await expect.poll(() => page.getByTestId('in-flight').textContent(), patience).toBe('0');
}
