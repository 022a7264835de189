import { describe, expect, it } from 'vitest';
import { ClientHomes } from '../../../src/simulation/client-homes.ts';

describe('clients and the origins they stay with', () => {
  it('stay nowhere while stickiness is off, and have their cookies still when it is on again', () => {
    const homes = new ClientHomes({ cookie: 'shop' }, 2);
    homes.keep(1, 3);
    homes.set('off', 2);
    expect(homes.any).toBe(false);
    expect(homes.of(1)).toBe(-1);
    homes.keep(0, 2);
    homes.set({ cookie: 'shop' }, 4);
    expect([0, 1, 2, 3].map((client) => homes.of(client))).toEqual([-1, 3, -1, -1]);
  });

  it('have no cookie of another name', () => {
    const homes = new ClientHomes({ cookie: 'shop' }, 2);
    homes.keep(1, 3);
    homes.set({ cookie: 'till' }, 2);
    expect(homes.of(1)).toBe(-1);
  });

  it('keep their homes when there are more of them', () => {
    const homes = new ClientHomes({ cookie: 'shop' }, 1);
    homes.keep(0, 3);
    homes.makeRoom(3);
    expect([0, 1, 2].map((client) => homes.of(client))).toEqual([3, -1, -1]);
  });
});
