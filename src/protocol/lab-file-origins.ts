import { type OriginDefinition, type OriginRole, roleOf } from './lab.ts';
import { completeService, FIRST_ORIGIN_PORT, MAX_ORIGINS, type ServicePatch } from './lab-file-defaults.ts';
import { type Finding, isRecord } from './lab-file-fields.ts';
import { localPort } from './local-port.ts';

/** The origins of a lab out of its file's entries, and what is wrong with them taken together. */
interface ResolvedOrigins {
  /** Right only when nothing was found, here or by the schema. */
  readonly origins: readonly OriginDefinition[];
  readonly findings: readonly Finding[];
  /** Whether every entry's names are known, so that a name that is not among them is a mistake. */
  readonly named: boolean;
}

interface Entry {
  readonly index: number;
  readonly count: number;
  readonly written: Readonly<Record<string, unknown>>;
  names: readonly string[];
  /** Of its first origin; undefined for a foreign one. */
  port: number | undefined;
}

/**
 * Multiplies entries by their `count`, names the nameless A, B, C…, gives ports to those without. Entries may be partly
 * wrong (the schema has said so then); what can be checked of them still is.
 * @param listenPort the balancer's own
 */
export function resolveOrigins(written: readonly unknown[], listenPort: number | undefined): ResolvedOrigins {
  const findings: Finding[] = [];
  const entries = written.flatMap((entry, index): Entry[] =>
    isRecord(entry)
      ? [{ index, count: wholeUpTo(entry.count, MAX_ORIGINS) ?? 1, written: entry, names: [], port: undefined }]
      : [],
  );
  const total = entries.reduce((sum, entry) => sum + entry.count, 0);
  if (total > MAX_ORIGINS) {
    const message = `There are ${total} origins here; at most ${MAX_ORIGINS} are possible in one lab.`;
    return { origins: [], findings: [{ path: ['origins'], message }], named: false };
  }
  giveNames(entries, findings);
  givePorts(entries, listenPort, findings);
  return {
    origins: entries.flatMap((entry) => entry.names.map((name, place) => definition(entry, name, place))),
    findings,
    named:
      entries.length === written.length &&
      entries.every(({ written: { name } }) => name === undefined || typeof name === 'string'),
  };
}

function definition(entry: Entry, name: string, place: number): OriginDefinition {
  const weight = (entry.written.weight as number | undefined) ?? 1;
  const role = roleOf(entry.written as OriginRole);
  if (entry.port === undefined) {
    const ca = entry.written.ca as string | undefined;
    return { name, url: entry.written.url as string, ...(ca !== undefined && { ca }), weight, ...role };
  }
  const service = completeService((entry.written.service ?? {}) as ServicePatch);
  return { name, port: entry.port + place, weight, ...role, service };
}

/** The value where it is a whole number from 1 to `max`. */
function wholeUpTo(value: unknown, max: number): number | undefined {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max ? (value as number) : undefined;
}

function giveNames(entries: readonly Entry[], findings: Finding[]): void {
  const taken = new Set<string>();
  const claim = (entry: Entry, base: string): void => {
    entry.names = numbered(base, entry.count);
    for (const name of entry.names) taken.add(name);
  };
  for (const entry of entries) {
    const { name } = entry.written;
    if (typeof name !== 'string') continue;
    const double = numbered(name, entry.count).find((each) => taken.has(each));
    if (double !== undefined) {
      const message = `There are two origins named "${double}"; give each a name of its own.`;
      findings.push({ path: ['origins', entry.index, 'name'], message });
    }
    claim(entry, name);
  }
  for (const entry of entries) {
    if (entry.written.name !== undefined) continue;
    claim(
      entry,
      nextLetter((base) => taken.has(base) || numbered(base, entry.count).some((name) => taken.has(name))),
    );
  }
}

/** `count: 3` of A is A1, A2, A3; one alone keeps the name as it is. */
function numbered(base: string, count: number): string[] {
  return count === 1 ? [base] : Array.from({ length: count }, (_, place) => `${base}${place + 1}`);
}

/** A to Z, then AA, AB, …: the first that is not taken. */
export function nextLetter(isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number++) {
    let name = '';
    for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) {
      name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
    }
    if (!isTaken(name)) return name;
  }
}

function givePorts(entries: readonly Entry[], listenPort: number | undefined, findings: Finding[]): void {
  const owners = new Map<number, string>();
  if (listenPort !== undefined) owners.set(listenPort, 'the balancer');
  const claim = (entry: Entry, key: 'port' | 'url', first: number): void => {
    for (const [place, name] of entry.names.entries()) {
      const port = first + place;
      const owner = owners.get(port);
      if (owner !== undefined) {
        const advice = key === 'url' ? `${name} cannot be there too.` : `give ${name} a port of its own.`;
        findings.push({ path: ['origins', entry.index, key], message: `Port ${port} belongs to ${owner}; ${advice}` });
        return;
      }
      if (port > 65_535) {
        findings.push({
          path: ['origins', entry.index, key],
          message: `${name} would get port ${port}, but ports end at 65535; start lower.`,
        });
        return;
      }
      owners.set(port, name);
    }
  };
  for (const entry of entries) {
    const port = wholeUpTo(entry.written.port, 65_535);
    const foreign = typeof entry.written.url === 'string' ? localPort(entry.written.url) : undefined;
    if (port !== undefined) claim(entry, 'port', port);
    if (foreign !== undefined) claim(entry, 'url', foreign);
    entry.port = port;
  }
  let next = FIRST_ORIGIN_PORT;
  for (const entry of entries) {
    if (entry.written.port !== undefined || entry.written.url !== undefined) continue;
    while (entry.names.some((_, place) => owners.has(next + place))) next++;
    entry.port = next;
    for (const [place, name] of entry.names.entries()) owners.set(next + place, name);
  }
}
