import { describe, expect, it } from 'vitest';
import { Newest } from '../../../renderer/app/newest.ts';

describe('Newest', () => {
  it('builds a change on the one before, though the lab has not confirmed that yet', () => {
    const clients = new Newest({ count: 100, zipf: 0 });
    clients.ask({ ...clients.get(0), count: 9 }, 0);
    clients.ask({ ...clients.get(20), zipf: 1 }, 20);
    expect(clients.get(30)).toEqual({ count: 9, zipf: 1 });
  });

  it('is not set back by a state between two changes', () => {
    const clients = new Newest({ count: 100, zipf: 0 });
    clients.ask({ count: 9, zipf: 0 }, 0);
    clients.ask({ count: 9, zipf: 1 }, 20);
    clients.hold({ count: 9, zipf: 0 });
    expect(clients.get(30)).toEqual({ count: 9, zipf: 1 });
  });

  it('follows the lab again once that has the change, such as when it is undone', () => {
    const clients = new Newest({ count: 100 });
    clients.ask({ count: 9 }, 0);
    clients.hold({ count: 9 });
    clients.hold({ count: 100 });
    expect(clients.get(10)).toEqual({ count: 100 });
  });

  it('forgets what the lab never took over', () => {
    const clients = new Newest({ count: 100 });
    clients.ask({ count: 9 }, 0);
    expect(clients.get(999)).toEqual({ count: 9 });
    expect(clients.get(1000)).toEqual({ count: 100 });
  });
});
