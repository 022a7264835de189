import { dialog } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { showProblem } from '../../../electron/lab-dialogs.ts';

vi.mock('electron', () => ({ dialog: { showMessageBox: vi.fn() } }));
const window = {} as never;

describe('a problem', () => {
  it('is a dialog that fits on a screen, however many lines are wrong', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const lines = Array.from({ length: 20 }, (_, line) => `lab.yaml, line ${line}: no.`);
    await showProblem(window, 'lab.yaml cannot be opened', new Error(lines.join('\n')));
    write.mockRestore();
    const [, options] = vi.mocked(dialog.showMessageBox).mock.calls[0] as unknown as [unknown, { detail: string }];
    expect(options).toMatchObject({ type: 'error', message: 'lab.yaml cannot be opened' });
    expect(options.detail.split('\n')).toHaveLength(13);
    expect(options.detail).toMatch(/line 11: no\.\n… and 8 more\.$/);
  });
});
