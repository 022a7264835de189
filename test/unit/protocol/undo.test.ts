import { describe, expect, it } from 'vitest';
import type { Command } from '../../../src/protocol/command.ts';
import type { LabDefinition, ScheduledFault } from '../../../src/protocol/lab.ts';
import type { LabState, OriginState, ProcessState } from '../../../src/protocol/state.ts';
import { UndoStack, undoOf } from '../../../src/protocol/undo.ts';
import { PLAIN_LAB, plainOrigin } from '../../support/plain-lab.ts';

const kill: ScheduledFault = { at: 1000, origin: 'B', do: 'kill' };
const lab: LabDefinition = {
  ...PLAIN_LAB,
  name: 'Four healthy origins',
  origins: [plainOrigin('A'), plainOrigin('B')],
  traffic: { paths: ['/'], open: { rate: 20, arrivals: 'poisson' } },
  faults: [kill],
};

const { service } = plainOrigin('A');

interface Now extends Partial<Pick<ProcessState, 'status'>>, Partial<Pick<OriginState, 'weight'>> {
  readonly health?: OriginState['status'];
  readonly faults?: Partial<ProcessState['faults']>;
}

/** The lab with B as it is now. */
function labWith({ status = 'running', health = 'up', faults, weight = 1 }: Now = {}): LabState {
  const origin = (name: string) => ({ name, definition: plainOrigin(name), weight: 1, status: 'up' });
  const process = { status, faults: { slow: 1, errors: 0, hang: false, reset: false, ...faults } };
  const b = { ...origin('B'), status: health, weight, process };
  return { lab, strategy: lab.strategy, origins: [origin('A'), b] } as unknown as LabState;
}

const undo = (command: Command, now?: Now) => undoOf(command, labWith(now), {});

describe('taking back', () => {
  it.each<[label: string, command: Command, back: Command]>([
    [
      'strategy → round robin',
      { command: 'set-strategy', strategy: { use: 'random' } },
      { command: 'set-strategy', strategy: { use: 'round-robin' } },
    ],
    [
      'load → 20/s',
      { command: 'set-traffic', traffic: { paths: ['/'], off: true } },
      { command: 'set-traffic', traffic: lab.traffic },
    ],
    [
      'clients → 100',
      { command: 'set-clients', clients: { count: 5, popularity: 'uniform' } },
      { command: 'set-clients', clients: lab.clients },
    ],
    [
      'clients → equally busy',
      { command: 'set-clients', clients: { count: 100, popularity: { zipf: 1 } } },
      { command: 'set-clients', clients: lab.clients },
    ],
    [
      'weight of B → 1',
      { command: 'set-weight', origin: 'B', weight: 5 },
      { command: 'set-weight', origin: 'B', weight: 1 },
    ],
    [
      'role of B',
      { command: 'set-role', origin: 'B', role: { backup: true } },
      { command: 'set-role', origin: 'B', role: {} },
    ],
    [
      'service of B',
      { command: 'set-service', origin: 'B', service: { ...service, workers: 1 } },
      { command: 'set-service', origin: 'B', service },
    ],
    [
      'retries',
      { command: 'set-policies', policies: { retry: { ...lab.retry, attempts: 1 }, timeouts: lab.timeouts } },
      { command: 'set-policies', policies: { retry: lab.retry } },
    ],
    [
      'forwarder → native',
      { command: 'set-forwarder', forwarder: 'http-proxy' },
      { command: 'set-forwarder', forwarder: 'native' },
    ],
    ['fault script', { command: 'set-faults', faults: [] }, { command: 'set-faults', faults: [kill] }],
    ['draining B', fault({ do: 'drain' }), fault({ do: 'resume' })],
    ['killing B', fault({ do: 'kill' }), fault({ do: 'restart' })],
    ['freezing B', fault({ do: 'freeze' }), fault({ do: 'thaw' })],
    ['slowing B', fault({ do: 'slow', factor: 10 }), fault({ do: 'slow', factor: 1 })],
    ['errors of B', fault({ do: 'errors', share: 0.5 }), fault({ do: 'errors', share: 0 })],
    ['hanging B', fault({ do: 'hang' }), fault({ do: 'heal' })],
    ['resetting B', fault({ do: 'reset' }), fault({ do: 'heal' })],
  ])('"%s" has its way back', (label, command, back) => {
    expect(undo(command)).toMatchObject({ label, steps: [back] });
  });

  it('an added origin removes the one that came of it', () => {
    const added = undoOf({ command: 'add-origin', origin: {} }, labWith(), { origin: plainOrigin('C') });
    expect(added).toEqual({ label: 'adding C', steps: [{ command: 'remove-origin', origin: 'C' }] });
  });

  it('a removed origin brings it back as it was, with its lines in the fault script', () => {
    const removed = undo({ command: 'remove-origin', origin: 'B' }, { health: 'drained', faults: { slow: 10 } });
    expect(removed).toEqual({
      label: 'removing B',
      steps: [
        { command: 'add-origin', origin: plainOrigin('B') },
        fault({ do: 'slow', factor: 10 }),
        fault({ do: 'drain' }),
        { command: 'set-faults', faults: [kill] },
      ],
    });
    const dead = undo({ command: 'remove-origin', origin: 'B' }, { status: 'exited', faults: { slow: 10 } });
    expect(dead?.steps[1]).toEqual(fault({ do: 'kill' }));
  });

  it('a removed origin stands where it stood: strategies go in that order', () => {
    expect(undo({ command: 'remove-origin', origin: 'A' })?.steps[0]).toEqual({
      command: 'add-origin',
      origin: plainOrigin('A'),
      before: 'B',
    });
  });

  it('a loaded lab restores the whole lab before it', () => {
    const loaded = undo({ command: 'load-lab', lab: 'slow-server' });
    expect(loaded).toEqual({ label: 'lab → Four healthy origins', steps: [{ command: 'restore-lab', lab }] });
  });

  it('a kill brings back the faults that a restart forgets', () => {
    expect(undo(fault({ do: 'kill' }), { faults: { slow: 10, errors: 0.5 } })?.steps).toEqual([
      fault({ do: 'restart' }),
      fault({ do: 'slow', factor: 10 }),
      fault({ do: 'errors', share: 0.5 }),
    ]);
  });

  it('healing does all again that was wrong', () => {
    expect(undo(fault({ do: 'heal' }), { status: 'frozen', faults: { reset: true } })?.steps).toEqual([
      fault({ do: 'reset' }),
      fault({ do: 'freeze' }),
    ]);
  });

  it.each<[what: string, command: Command, now?: Now]>([
    ['the strategy there is', { command: 'set-strategy', strategy: { use: 'round-robin' } }],
    ['the load there is', { command: 'set-traffic', traffic: lab.traffic }],
    ['the policies there are', { command: 'set-policies', policies: { health: lab.health } }],
    ['killing what is dead', fault({ do: 'kill' }), { status: 'exited' }],
    ['draining what drains', fault({ do: 'drain' }), { health: 'draining' }],
    ['healing what is well', fault({ do: 'heal' })],
    ['restarting what runs', fault({ do: 'restart' })],
    ['a note', { command: 'marker', text: 'Look' }],
    ['a burst', { command: 'burst', requests: 100, over: 1000 }],
  ])('%s is nothing to take back', (_, command, now) => {
    expect(undo(command, now)).toBeUndefined();
  });
});

describe('the changes to take back', () => {
  const change = (label: string, series?: string) => ({ label, steps: [], ...(series && { series }) });

  it('are the newest first, and at most 50', () => {
    const stack = new UndoStack();
    for (let i = 1; i <= 60; i++) stack.push(change(`${i}`), i);
    const taken = Array.from({ length: 51 }, () => stack.take()?.label);
    expect(taken).toEqual([...Array.from({ length: 50 }, (_, i) => `${60 - i}`), undefined]);
  });

  it('of a series are one, with the way back of the first', () => {
    const stack = new UndoStack();
    stack.push(change('load → 20/s', 'traffic'), 0);
    stack.push(change('load → 30/s', 'traffic'), 1000);
    stack.push(change('load → 40/s', 'traffic'), 2000);
    expect(stack.next?.label).toBe('load → 20/s');
    stack.push(change('load → 50/s', 'traffic'), 9000);
    expect(stack.next?.label).toBe('load → 50/s');
    stack.take();
    stack.push(change('load → 20/s again', 'traffic'), 9001);
    expect(stack.next?.label).toBe('load → 20/s again');
  });
});

function fault(what: object): Command {
  return { command: 'fault', origin: 'B', ...what } as Command;
}
