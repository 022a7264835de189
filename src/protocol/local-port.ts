import { isSpawned, type OriginDefinition } from './lab.ts';

/** Names of this machine in a parsed URL, whose IPv4 addresses are all in four parts. The unspecified address leads here, too. */
const HERE = /^(?:127\.[\d.]+|0\.0\.0\.0|localhost|\[::1?\])$/;

/** The port of a server on this machine, where it competes with the lab's own; undefined for one that is elsewhere, or no URL. */
export function localPort(url: string): number | undefined {
  try {
    const { hostname, port, protocol } = new URL(url);
    if (!HERE.test(hostname)) return undefined;
    return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  } catch {
    return undefined;
  }
}

/** The same of an origin, whoever runs it. */
export function localPortOf(origin: OriginDefinition): number | undefined {
  return isSpawned(origin) ? origin.port : localPort(origin.url);
}
