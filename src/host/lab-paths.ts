import { isAbsolute, resolve } from 'node:path';
import { isSpawned, type LabDefinition } from '../protocol/lab.ts';

/** The lab with the files it names (certificates) found from `folder`, where its own file is. */
export function withPathsFrom(folder: string, lab: LabDefinition): LabDefinition {
  const from = (file: string): string => (isAbsolute(file) ? file : resolve(folder, file));
  const { tls } = lab.listen;
  return {
    ...lab,
    listen: tls ? { ...lab.listen, tls: { cert: from(tls.cert), key: from(tls.key) } } : lab.listen,
    origins: lab.origins.map((origin) =>
      isSpawned(origin) || origin.ca === undefined ? origin : { ...origin, ca: from(origin.ca) },
    ),
  };
}
