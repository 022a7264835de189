import { readFile } from 'node:fs/promises';
import { EvenkeelError } from '../core/errors.ts';
import type { ServerCertificate } from '../engine/engine-calls.ts';
import { type ForeignOrigin, isSpawned, type LabDefinition, type OriginDefinition } from '../protocol/lab.ts';

/**
 * The balancer's certificate and key, where its clients speak TLS.
 * @throws EvenkeelError `bad-argument` for a file that cannot be read
 */
export async function serverCertificate({ tls }: LabDefinition['listen']): Promise<ServerCertificate | undefined> {
  if (!tls) return undefined;
  return {
    cert: await pem(tls.cert, "the balancer's certificate"),
    key: await pem(tls.key, "the balancer's key"),
  };
}

/** How an origin is reached: over TLS for an https URL. @throws EvenkeelError `bad-argument` as above */
export async function originTls(origin: OriginDefinition): Promise<{ readonly ca?: string } | undefined> {
  if (isSpawned(origin) || !isSecure(origin)) return undefined;
  return origin.ca === undefined ? {} : { ca: await pem(origin.ca, `the authority that ${origin.name} trusts`) };
}

function isSecure({ url }: ForeignOrigin): boolean {
  return /^https:/i.test(url);
}

async function pem(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'it may not be read' : code;
    throw new EvenkeelError('bad-argument', `${file}, which should hold ${what}, cannot be used: ${why}.`);
  }
}
