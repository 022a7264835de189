import * as v from 'valibot';
import { type Fault, isSpawned, type OriginDefinition } from './lab.ts';
import { choice, type Finding, fields, isRecord, type Numbers, quantity, type Schema } from './lab-file-fields.ts';
import { unknownOrigin } from './lab-file-strategy.ts';

const FAULTS = [
  'kill',
  'restart',
  'freeze',
  'thaw',
  'hang',
  'reset',
  'drain',
  'resume',
  'heal',
  'slow',
  'errors',
] as const satisfies readonly Fault['do'][];

type Entries = Readonly<Record<string, Schema<unknown>>>;

/**
 * A fault with other keys beside it, in any of its spellings: `do: kill`; `do: slow, factor: 10x` and `do: errors, share: 50%`;
 * short `slow: 10x` and `errors: 50%`, which may also stand within the do: `do: { slow: 10x }`.
 */
export function faultSchema<Beside>(
  beside: Entries,
  required: readonly string[],
  numbers: Numbers,
): Schema<Beside & Fault> {
  const example = 'a fault such as { at: 10s, origin: B, do: kill } or { at: 10s, origin: B, slow: 10x }';
  const factor = quantity('factor', numbers, { above: 0, max: 1000 });
  const share = quantity('share', numbers);
  const short = { slow: factor, errors: share };
  const make = (more: Entries, alsoRequired: readonly string[] = []): Schema<Record<string, unknown>> => {
    const entries: Entries = { ...beside, ...more, ...short };
    return fields(entries, { example, required: [...required, ...alsoRequired], oneOf: ['do', 'slow', 'errors'] });
  };
  const forms = {
    plain: make({ do: choice(FAULTS) }),
    slow: make({ do: choice(FAULTS), factor }, ['factor']),
    errors: make({ do: choice(FAULTS), share }, ['share']),
    nested: make({ do: fields(short, { example: '{ slow: 10x }', oneOf: ['slow', 'errors'] }) }),
  };
  return v.lazy((input) => {
    const how = isRecord(input) ? input.do : undefined;
    const form = isRecord(how) ? forms.nested : how === 'slow' || how === 'errors' ? forms[how] : forms.plain;
    return v.pipe(form, v.transform(oneSpelling));
  }) as Schema<Beside & Fault>;
}

function oneSpelling(written: Readonly<Record<string, unknown>>): unknown {
  const { slow, errors, do: how, ...rest } = written;
  const short = isRecord(how) ? how : { slow, errors };
  if (short.slow !== undefined) return { ...rest, do: 'slow', factor: short.slow };
  if (short.errors !== undefined) return { ...rest, do: 'errors', share: short.errors };
  return { ...rest, do: how };
}

/** Findings for faults of origins that the lab does not have, or that cannot be done to an origin of somebody else. */
export function misdirectedFaults(faults: unknown, origins: readonly OriginDefinition[]): Finding[] {
  const byName = new Map(origins.map((origin) => [origin.name, origin]));
  return (Array.isArray(faults) ? faults : []).flatMap((fault: unknown, index): Finding[] => {
    if (!isRecord(fault) || typeof fault.origin !== 'string') return [];
    const path = ['faults', index, 'origin'];
    const origin = byName.get(fault.origin);
    if (!origin) return [{ path, message: unknownOrigin(fault.origin, [...byName.keys()]) }];
    if (isSpawned(origin) || typeof fault.do !== 'string' || REACHES_FOREIGN.includes(fault.do)) return [];
    return [
      {
        path,
        message: `${origin.name} is run by someone else (it has a url), so ${fault.do} cannot be done to it; only drain and resume can.`,
      },
    ];
  });
}

/** These are the balancer's doing, not the origin's. */
const REACHES_FOREIGN: readonly string[] = ['drain', 'resume', 'heal'];
