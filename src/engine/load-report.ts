import type { LoadReport } from '../core/strategy.ts';

/** What an origin says of its load: 0 = idle, 1 = busy; with its own rates (1/s) where it tells them. */
export interface Load {
  readonly value: number;
  readonly rates?: Pick<LoadReport, 'rate' | 'errorRate'>;
}

/** The header of Open Request Cost Aggregation (ORCA) in which origins report with any answer, as Envoy and gRPC read it. */
export const LOAD_HEADER = 'endpoint-load-metrics';

/** A report is a few numbers; what is longer is none. */
const LONGEST = 1000;

/**
 * The load in an ORCA header, `TEXT cpu_utilization=0.3,rps_fractional=100,eps=1` or `JSON {"cpu_utilization":0.3}`; an application's
 * own utilization goes before the processor's. Undefined where there is none.
 */
export function loadInHeader(header: string | readonly string[] | undefined): Load | undefined {
  const text = typeof header === 'string' ? header : header?.[0];
  if (text === undefined || text.length > LONGEST) return undefined;
  const format = /^(TEXT|JSON) +/.exec(text);
  if (format === null) return undefined;
  const rest = text.slice(format[0].length);
  const field = format[1] === 'JSON' ? jsonFields(rest) : textFields(rest);
  const own = field('application_utilization');
  const value = own !== undefined && own > 0 ? own : (field('cpu_utilization') ?? own);
  return value === undefined ? undefined : withRates(value, field('rps_fractional'), field('eps'));
}

/** The load in a JSON health answer, `{"load":0.3}`, where there is one. */
export function loadInHealth(text: string): Load | undefined {
  const field = jsonFields(text);
  const value = field('load');
  return value === undefined ? undefined : withRates(value, field('rps_fractional'), field('eps'));
}

function withRates(value: number, rate: number | undefined, errorRate: number | undefined): Load {
  if (rate === undefined && errorRate === undefined) return { value };
  return { value, rates: { ...(rate !== undefined && { rate }), ...(errorRate !== undefined && { errorRate }) } };
}

type FieldReader = (name: string) => number | undefined;

function textFields(text: string): FieldReader {
  const values = new Map(
    text.split(',').map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
    }),
  );
  return (name) => {
    const written = values.get(name);
    return written === undefined || written === '' ? undefined : amount(Number(written));
  };
}

function jsonFields(text: string): FieldReader {
  let fields: unknown;
  try {
    fields = text.startsWith('{') ? JSON.parse(text) : undefined;
  } catch {
    fields = undefined;
  }
  return (name) => amount((fields as Record<string, unknown> | undefined)?.[name]);
}

function amount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
