/** The bytes of an IP address: 4 for IPv4 (also when written as IPv4-mapped IPv6), 16 for IPv6; undefined for other text. */
export function addressBytes(address: string): Uint8Array | undefined {
  if (!address.includes(':')) return ipv4Bytes(address);
  const bytes = ipv6Bytes(address.split('%', 1)[0] ?? '');
  return bytes && isMappedIpv4(bytes) ? bytes.subarray(12) : bytes;
}

/** nginx's ip_hash over the given bytes, starting from `hash` (89 at first, the last result when hashing again). */
export function nginxAddressHash(bytes: Uint8Array, hash: number): number {
  let result = hash;
  for (const byte of bytes) result = (result * 113 + byte) % 6271;
  return result;
}

/** Where nginx's ip_hash starts. */
export const NGINX_HASH_START = 89;

function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = new Uint8Array(4);
  for (const [index, part] of parts.entries()) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    bytes[index] = Number(part);
  }
  return bytes;
}

function ipv6Bytes(text: string): Uint8Array | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const front = ipv6Groups(head, tail === undefined);
  const back = tail === undefined ? [] : ipv6Groups(tail, true);
  if (!front || !back) return undefined;
  const missing = 16 - front.length - back.length;
  // "::" stands for at least one group of zeros; without it nothing may be missing.
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return Uint8Array.from([...front, ...new Array<number>(missing).fill(0), ...back]);
}

/** Bytes of groups separated by single colons; the very last of an address may be an IPv4 address. */
function ipv6Groups(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
      continue;
    }
    const embedded = isEnd && index === groups.length - 1 ? ipv4Bytes(group) : undefined;
    if (!embedded) return undefined;
    bytes.push(...embedded);
  }
  return bytes;
}

function isMappedIpv4(bytes: Uint8Array): boolean {
  return bytes.every((byte, index) => index >= 12 || byte === (index >= 10 ? 255 : 0));
}
