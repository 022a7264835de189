import { describe, expect, it } from 'vitest';
import { clientAddress, forwardedField, isTrustedPeer } from '../../../src/engine/client-address.ts';

describe('who a request is from', () => {
  it.each([
    ['the peer, where it says nothing', '10.0.0.9', undefined, true, '10.0.0.9'],
    ['the peer, where it is not trusted', '10.0.0.9', '1.2.3.4', false, '10.0.0.9'],
    ['an IPv4 peer of a socket for both families', '::ffff:10.0.0.9', undefined, true, '10.0.0.9'],
    ['the last address', '127.0.0.1', '1.1.1.1, 2.2.2.2', true, '2.2.2.2'],
    [
      'the last address that is not this machine',
      '127.0.0.1',
      '1.1.1.1, 127.0.0.1, ::1, ::ffff:127.0.0.9',
      true,
      '1.1.1.1',
    ],
    ['the peer, where there is none but this machine', '::ffff:127.0.0.1', '127.0.0.1,,', true, '127.0.0.1'],
    ['an IPv6 address', '127.0.0.1', '2001:db8::1', true, '2001:db8::1'],
    [
      'the peer, where what it says is too long for an address',
      '127.0.0.1',
      `1.1.1.1, ${'x'.repeat(65)}`,
      true,
      '127.0.0.1',
    ],
  ])('is %s', (_what, peer, forwarded, trusted, client) => {
    expect(clientAddress(peer, forwarded, trusted)).toBe(client);
  });

  it.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['::ffff:10.0.0.1', false],
    ['128.0.0.1', false],
    ['::11', false],
  ])('may be said by %s: %s, and by nobody where the lab trusts none', (peer, trusted) => {
    expect(isTrustedPeer(peer, 'loopback')).toBe(trusted);
    expect(isTrustedPeer(peer, 'none')).toBe(false);
  });
});

describe('Forwarded (RFC 7239)', () => {
  const hop = { peer: '::ffff:10.0.0.9', proto: 'http', host: 'example.org:80' };

  it('names this hop, with quotes where a value needs them', () => {
    const nothing = { forwarded: undefined, forwardedFor: undefined };
    expect(forwardedField(hop, nothing)).toBe('for=10.0.0.9;host="example.org:80";proto=http');
    expect(forwardedField({ ...hop, peer: '2001:db8::1', host: '' }, nothing)).toBe('for="[2001:db8::1]";proto=http');
    expect(forwardedField({ ...hop, host: 'a"b\\c' }, nothing)).toContain('host="a\\"b\\\\c"');
  });

  it('stands behind what the peer said, in either header', () => {
    expect(forwardedField(hop, { forwarded: 'for=a', forwardedFor: '1.1.1.1' })).toMatch(/^for=a, for=10\.0\.0\.9;/);
    expect(forwardedField(hop, { forwarded: undefined, forwardedFor: '1.1.1.1, 2001:db8::1,, 2.2.2.2:99' })).toMatch(
      /^for=1\.1\.1\.1, for="\[2001:db8::1\]", for="2\.2\.2\.2:99", for=10/,
    );
  });
});
