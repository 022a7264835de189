import type { ClientsDefinition } from './lab.ts';
import type { TrafficPatch } from './lab-file-defaults.ts';
import {
  choice,
  duration,
  fields,
  integer,
  list,
  type Numbers,
  number,
  offOr,
  quantity,
  read,
  refuse,
  type Schema,
  SUBJECT,
  wordOr,
} from './lab-file-fields.ts';
import { quote } from './units.ts';

/** A request's path, query included. */
export const PATH: Schema<string> = read((value) => {
  if (typeof value === 'string' && /^\/[\x21-\x7e]*$/.test(value) && value.length <= 2000) return value;
  throw refuse(
    `${SUBJECT} must be a path such as /index.html, beginning with / and without spaces, not ${quote(value)}.`,
  );
});

export function clientsSchema(numbers: Numbers): Schema<Partial<ClientsDefinition>> {
  return fields(
    {
      count: integer(1, 1_000_000),
      popularity: wordOr(
        ['uniform'],
        fields({ zipf: number({ above: 0, max: 10 }) }, { example: 'uniform or { zipf: 1 }', required: ['zipf'] }),
      ),
      timeout: duration(numbers, { above: 0 }),
    },
    { example: '{ count: 100, popularity: uniform }' },
  );
}

const OFF: Schema<true> = read((value) => {
  if (value !== true) throw refuse(`${SUBJECT} can only be true; write open or closed for traffic.`);
  return value;
});

export function trafficSchema(numbers: Numbers): Schema<TrafficPatch> {
  const traffic = fields(
    {
      open: fields(
        { rate: quantity('rate', numbers, { above: 0, max: 100_000 }), arrivals: choice(['constant', 'poisson']) },
        { example: '{ rate: 20/s, arrivals: poisson }', required: ['rate'] },
      ),
      closed: fields(
        { users: integer(1, 10_000), think: duration(numbers) },
        { example: '{ users: 50, think: 1s }', required: ['users'] },
      ),
      off: OFF,
      paths: list(PATH, '[/]', 1),
      fanOut: integer(1, 1000),
    },
    { example: '{ open: { rate: 20/s } } or off', oneOf: ['open', 'closed', 'off'] },
  );
  return offOr<TrafficPatch>({ off: true }, traffic);
}
