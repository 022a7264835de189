import * as v from 'valibot';
import { MOST_THREADS } from '../core/commons.ts';
import {
  type ClientsDefinition,
  FORWARDERS,
  type LabDefinition,
  REQUEST_HEADERS,
  RESPONSE_HEADERS,
  type ScheduledFault,
} from './lab.ts';
import type { PolicyPatch, ServicePatch, TrafficPatch, WrittenSticky } from './lab-file-defaults.ts';
import { EXPECTATION } from './lab-file-expect.ts';
import { faultSchema } from './lab-file-faults.ts';
import {
  choice,
  duration,
  fields,
  integer,
  isRecord,
  list,
  type Numbers,
  number,
  read,
  refuse,
  type Schema,
  SUBJECT,
  text,
  wordOr,
} from './lab-file-fields.ts';
import {
  breakerSchema,
  healthSchema,
  limitsSchema,
  loadInfoSchema,
  prioritiesSchema,
  retrySchema,
  slowStartSchema,
  timeoutsSchema,
} from './lab-file-policies.ts';
import { ROLE_FIELDS } from './lab-file-role.ts';
import { serviceSchema } from './lab-file-service.ts';
import { strategySchema } from './lab-file-strategy.ts';
import { clientsSchema, trafficSchema } from './lab-file-traffic.ts';
import { quote } from './units.ts';

export const LAB_FILE_VERSION = 1;

/** A lab file's content once each part is right on its own; defaults are not filled in yet. */
export interface WrittenLab extends PolicyPatch {
  readonly evenkeel: typeof LAB_FILE_VERSION;
  readonly name?: string;
  readonly look?: string;
  readonly seed?: number;
  readonly listen?: LabDefinition['listen'];
  readonly trustForwarded?: LabDefinition['trustForwarded'];
  readonly forwarder?: LabDefinition['forwarder'];
  readonly threads?: number;
  readonly sticky?: WrittenSticky;
  readonly requestHeaders?: LabDefinition['requestHeaders'];
  readonly responseHeaders?: LabDefinition['responseHeaders'];
  readonly strategy?: LabDefinition['strategy'];
  readonly origins: readonly WrittenOrigin[];
  readonly clients?: Partial<ClientsDefinition>;
  readonly traffic?: TrafficPatch;
  readonly faults?: readonly ScheduledFault[];
  readonly duration?: number;
  readonly network?: LabDefinition['network'];
  readonly expect?: LabDefinition['expect'];
}

interface WrittenOrigin {
  readonly name?: string;
  readonly port?: number;
  readonly url?: string;
  readonly ca?: string;
  readonly weight?: number;
  readonly count?: number;
  readonly backup?: boolean;
  readonly priority?: number;
  readonly maxInFlight?: number | 'unlimited';
  readonly service?: ServicePatch;
}

/** Letters, digits, `.`, `_`, `-` and inner spaces: safe in a header, a metric's label and a file name. */
const ORIGIN_NAME: Schema<string> = read((value) => {
  if (typeof value === 'number') throw refuse(`${SUBJECT} must be text: put it in quotes, "${value}".`);
  if (typeof value === 'string' && /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,38}[\p{L}\p{N}._-])?$/u.test(value))
    return value;
  throw refuse(
    `${SUBJECT} must be 1 to 40 letters, digits, ., _, - or spaces, beginning with a letter or digit, not ${quote(value)}.`,
  );
});

/** A port a program without administrator rights may listen on. */
const PORT: Schema<number> = read((value) => {
  requireOpenPort(value, SUBJECT);
  return value as number;
});

/** @throws EvenkeelError `bad-argument` */
export function requireOpenPort(value: unknown, subject: string): void {
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > 65_535) {
    throw refuse(`${subject} must be a whole number from 1024 to 65535, not ${quote(value)}.`);
  }
  if ((value as number) < 1024) {
    throw refuse(
      `${subject} cannot be ${value}, as ports below 1024 need administrator rights; use one from 1024 up, such as ${(value as number) + 8000}.`,
    );
  }
}

/** RFC 6265: a token; names that begin with evenkeel_ and a port are the control page's own. */
const COOKIE_NAME: Schema<string> = read((value) => {
  if (typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]{1,100}$/.test(value) && !/^evenkeel_\d/.test(value))
    return value;
  throw refuse(`${SUBJECT} must be a cookie's name such as my_origin, not ${quote(value)}.`);
});

export const STICKY = wordOr(
  ['off', 'on'],
  fields({ cookie: COOKIE_NAME }, { example: '{ cookie: my_origin } or off' }),
) as Schema<WrittenSticky>;

export const RESPONSE_HEADER_LIST = list(choice(RESPONSE_HEADERS), '[x-evenkeel-origin]') as Schema<
  LabDefinition['responseHeaders']
>;

const ADDRESS: Schema<LabDefinition['listen']> = read((value) => {
  const written = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const match = /^(?:(\[[\da-f:.]+\]|[\w.-]+):)?(\d+)$/i.exec(written);
  if (!match) throw refuse(`${SUBJECT} must be an address and port such as 127.0.0.1:8080, not ${quote(value)}.`);
  const [, host = '127.0.0.1', port] = match;
  requireOpenPort(Number(port), `The port of ${SUBJECT}`);
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
});

const SECURE_LISTEN = fields(
  {
    address: ADDRESS,
    tls: fields(
      { cert: text(1000), key: text(1000) },
      { example: '{ cert: server.pem, key: server.key }', required: ['cert', 'key'] },
    ),
  },
  { example: '{ address: 127.0.0.1:8443, tls: { cert: server.pem, key: server.key } }', required: ['address'] },
);

const LISTEN = v.lazy((input) =>
  isRecord(input)
    ? v.pipe(
        SECURE_LISTEN,
        v.transform(({ address, tls }) => ({ ...address, ...(tls && { tls }) })),
      )
    : ADDRESS,
) as Schema<LabDefinition['listen']>;

const URL_OF_ORIGIN: Schema<string> = read((value) => {
  if (
    typeof value !== 'string' ||
    !/^https?:\/\/(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d+)?\/?$/i.test(value) ||
    !isUrl(value)
  ) {
    throw refuse(
      `${SUBJECT} must be a server's address such as http://127.0.0.1:9000, without a path, not ${quote(value)}.`,
    );
  }
  return value.replace(/\/$/, '');
});

function isUrl(text: string): boolean {
  try {
    return new URL(text).port !== '0';
  } catch {
    return false;
  }
}

/**
 * An origin as written.
 * @param numbers `machine`: for commands, which add one at a time (no count) and may leave the port open with 0
 */
export function originSchema(numbers: Numbers): Schema<WrittenOrigin> {
  const command = numbers === 'machine';
  const port = command
    ? v.lazy(
        (input): Schema<number> =>
          input === 0
            ? v.pipe(
                v.unknown(),
                v.transform(() => 0),
              )
            : PORT,
      )
    : PORT;
  const entries = {
    name: ORIGIN_NAME,
    port: port as Schema<number>,
    url: URL_OF_ORIGIN,
    ca: text(1000),
    weight: number({ above: 0, max: 1000 }),
    service: serviceSchema(numbers),
    ...ROLE_FIELDS,
    ...(!command && { count: integer(1, 200) }),
  };
  const origin = fields(entries, { example: command ? '{ "name": "B", "port": 8082 }' : '{ name: A, port: 8081 }' });
  return v.lazy((input): Schema<WrittenOrigin> => {
    if (!isRecord(input)) return origin as Schema<WrittenOrigin>;
    const secure = typeof input.url === 'string' && /^https:/i.test(input.url);
    if ('ca' in input && !secure) {
      const message = 'ca is for origins with an https:// url; remove it.';
      return v.pipe(
        origin,
        v.rawCheck(({ addIssue }) =>
          addIssue({ message, path: [{ type: 'object', origin: 'key', input, key: 'ca', value: input.ca }] }),
        ),
      ) as Schema<WrittenOrigin>;
    }
    if (!('url' in input)) return origin as Schema<WrittenOrigin>;
    return v.pipe(
      origin,
      v.rawCheck(({ addIssue }) => {
        for (const key of ['port', 'service', 'count']) {
          if (!(key in input)) continue;
          const message = `${key} is for origins that Evenkeel runs; this one has a url and is run by someone else, so remove ${key} or url.`;
          addIssue({ message, path: [{ type: 'object', origin: 'key', input, key, value: input[key] }] });
        }
      }),
    ) as Schema<WrittenOrigin>;
  }) as Schema<WrittenOrigin>;
}

const VERSION = read((value) => {
  if (value !== LAB_FILE_VERSION) throw refuse(`${SUBJECT} must be ${LAB_FILE_VERSION}, not ${quote(value)}.`);
  return LAB_FILE_VERSION as typeof LAB_FILE_VERSION;
});

/** A whole lab file. */
export const LAB_FILE: Schema<unknown> = fields(
  {
    evenkeel: VERSION,
    name: text(100),
    look: text(200),
    seed: integer(0, 4_294_967_295),
    listen: LISTEN,
    trustForwarded: choice(['loopback', 'none']),
    forwarder: choice(FORWARDERS),
    threads: integer(1, MOST_THREADS),
    sticky: STICKY,
    requestHeaders: list(choice(REQUEST_HEADERS), '[forwarded]'),
    responseHeaders: RESPONSE_HEADER_LIST,
    strategy: strategySchema('written'),
    origins: list(originSchema('written'), '{ name: A, port: 8081 }', 1),
    clients: clientsSchema('written'),
    traffic: trafficSchema('written'),
    health: healthSchema('written'),
    retry: retrySchema('written'),
    timeouts: timeoutsSchema('written'),
    limits: limitsSchema('written'),
    slowStart: slowStartSchema('written'),
    priorities: prioritiesSchema('written'),
    loadInfo: loadInfoSchema('written'),
    breaker: breakerSchema('written'),
    network: fields({ delay: duration('written') }, { example: '{ delay: 2ms }', required: ['delay'] }),
    faults: list(
      faultSchema<ScheduledFault>(
        { at: duration('written'), origin: ORIGIN_NAME, for: duration('written', { above: 0 }) },
        ['at', 'origin'],
        'written',
      ),
      '{ at: 10s, origin: B, do: kill }',
    ),
    duration: duration('written', { above: 0 }),
    expect: list(EXPECTATION, '{ measure: mean, max: 90ms, because: … }'),
  },
  { example: '"evenkeel: 1" and a list of origins', required: ['origins'] },
);
