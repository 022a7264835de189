import { describe, expect, it } from 'vitest';
import { localPort, localPortOf } from '../../../src/protocol/local-port.ts';
import { plainOrigin } from '../../support/plain-lab.ts';

describe('the port of a server on this machine', () => {
  it.each([
    ['http://127.0.0.1:8080', 8080],
    ['http://127.1:8080', 8080],
    ['http://127.200.0.9:8080', 8080],
    ['http://0.0.0.0:8080', 8080],
    ['http://LOCALHOST:8080', 8080],
    ['http://[::1]:8080', 8080],
    ['http://[::]:8080', 8080],
    ['http://localhost', 80],
    ['https://localhost', 443],
    ['http://10.0.0.1:8080', undefined],
    ['http://localhost.example:8080', undefined],
    ['http://127.0.0.1.example:8080', undefined],
    ['http://127.0.0.1:99999', undefined],
    ['no URL', undefined],
  ])('of %s is %s', (url, port) => {
    expect(localPort(url)).toBe(port);
  });

  it('is known of an origin, whoever runs it', () => {
    expect(localPortOf(plainOrigin('A', 8085))).toBe(8085);
    expect(localPortOf({ name: 'B', url: 'http://localhost:9000', weight: 1 })).toBe(9000);
    expect(localPortOf({ name: 'C', url: 'http://10.0.0.1:9000', weight: 1 })).toBeUndefined();
  });
});
