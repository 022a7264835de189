import { isSpawned, type ServiceDefinition } from '../../../src/protocol/lab.ts';
import { isDraining, type OriginState, type OriginStatus, type ProcessState } from '../../../src/protocol/state.ts';
import { counted, duration, figure, percent, unbroken } from '../../app/format.ts';

export type Tone = 'up' | 'warn' | 'bad' | 'idle';

interface StatusWords {
  readonly word: string;
  /** The same where there is little room. */
  readonly shortWord: string;
  readonly tone: Tone;
  /** The line below: why, or what is really so. */
  readonly detail: string;
  /** Likewise. */
  readonly short: string;
  /** Whether the balancer does not know yet what `detail` says. */
  readonly unnoticed: boolean;
}

const STATUS: Readonly<Record<OriginStatus, readonly [word: string, tone: Tone]>> = {
  starting: ['Starting', 'idle'],
  up: ['Up', 'up'],
  'going-down': ['Failing checks', 'warn'],
  down: ['Down', 'bad'],
  'going-up': ['Coming back', 'warn'],
  ejected: ['Ejected', 'bad'],
  draining: ['Draining', 'warn'],
  drained: ['Drained', 'idle'],
};

/** The share of failed attempts in the last 10 s from which on an origin is called degraded whatever is known of its process. */
const DEGRADED = 0.1;

/**
 * What the balancer believes of an origin and, where that differs, what is really so.
 * @param now ms on the lab's clock, for countdowns
 * @param failing 0–1: the measured share of its attempts that failed lately
 */
export function statusWords(origin: OriginState, now: number, failing = 0): StatusWords {
  const [base, baseTone] = STATUS[origin.status];
  const truth = processTruth(origin.process);
  const unnoticed = truth !== undefined && (origin.status === 'up' || origin.status === 'going-down');
  let word = base;
  let shortWord = base;
  let reason = origin.status === 'up' ? '' : origin.reason;
  let tone = baseTone;
  let short: string | undefined;
  if (origin.status === 'ejected' && origin.ejectedUntil !== undefined) {
    const left = `${Math.max(0, Math.ceil((origin.ejectedUntil - now) / 1000))}\u00a0s`;
    word = `${base} · ${left}`;
    shortWord = word;
    // For how long in all is told among the events.
    short = withoutTerm(origin.reason);
    reason = `back in ${left}: ${short}`;
  } else if (origin.panic) {
    word = 'Panic';
    shortWord = word;
    tone = 'bad';
    reason = `used all the same, as too few are healthy: ${origin.reason}`;
  } else if (origin.levelLoad === 0 && origin.available) {
    word = origin.definition.backup ? 'Backup' : 'Standby';
    shortWord = word;
    tone = 'idle';
    reason = origin.definition.backup
      ? 'waits until no other origin is available'
      : `priority ${origin.definition.priority ?? 0}: others carry the load`;
  } else if (origin.full && origin.available) {
    word = 'Full';
    shortWord = word;
    tone = 'warn';
    reason = 'has as many requests as it may';
  } else if (origin.warmth !== undefined && origin.available) {
    word = `Warming · ${percent(origin.warmth).replace('.0', '')}`;
    shortWord = word;
    tone = 'warn';
    reason = `back again: gets ${percent(origin.warmth).replace('.0', '')} of its share so far`;
  } else if (origin.status === 'up') {
    const problem = (origin.process && faultWords(origin.process)) || failingWords(failing);
    const { serving, waiting } = origin.process ?? { serving: 0, waiting: 0 };
    if (problem) {
      word = 'Degraded';
      reason = problem;
      shortWord = problem.replace(/^./, (first) => first.toUpperCase());
      tone = 'warn';
    } else if (waiting > 0 && waiting > 2 * serving) {
      word = `${base} · queueing`;
      shortWord = 'Queueing';
      tone = 'warn';
    }
  }
  if (truth !== undefined) {
    const brief = truth.replace(/^Process (.)/, (_, first: string) => first.toUpperCase()).replace(/ \(.*\)$/, '');
    return unnoticed
      ? { word, shortWord, tone, detail: `${brief}, not noticed yet`, short: `${brief}, unnoticed`, unnoticed }
      : { word, shortWord, tone, detail: truth, short: brief, unnoticed };
  }
  const detail = reason || serviceLine(origin);
  // That nothing, or something, is left there is in its figures.
  if (isDraining(origin.status)) short = detail.replace(/,.*$/, '');
  return { word, shortWord, tone, detail, short: short ?? detail, unnoticed };
}

/** Why an origin is ejected, without for how long in all. */
export function withoutTerm(reason: string): string {
  return reason.replace(/: ejected for .*$/, '');
}

/** Whether it matters most why: it gets no requests, or its process is not what the balancer takes it for. */
export function isAway({ available, process }: OriginState): boolean {
  return !available || processTruth(process) !== undefined;
}

/** Undefined while its process does what it should. */
function processTruth(process: ProcessState | undefined): string | undefined {
  switch (process?.status) {
    case 'exited':
      return process.detail ? `Process ${process.detail}` : 'Process ended';
    case 'failed':
      return process.detail ?? 'Process could not start';
    case 'frozen':
      return 'Process frozen';
    default:
      return undefined;
  }
}

function faultWords({ faults }: ProcessState): string {
  const words: string[] = [];
  if (faults.slow !== 1) words.push(`slow ${figure(faults.slow)}×`);
  if (faults.errors > 0) words.push(`errors ${percent(faults.errors).replace('.0', '')}`);
  if (faults.hang) words.push('hangs');
  if (faults.reset) words.push('hangs up');
  return words.join(', ');
}

function failingWords(share: number): string {
  return share >= DEGRADED ? `${percent(share).replace('.0', '')} fail` : '';
}

/** Whether anything done to it is still on, so that it can be healed. */
export function isFaulty(origin: OriginState): boolean {
  if (!origin.process) return false;
  return origin.process.status === 'frozen' || faultWords(origin.process) !== '';
}

function serviceLine({ definition }: OriginState): string {
  return isSpawned(definition) ? serviceWords(definition.service) : 'run by someone else';
}

function serviceWords({ time, workers }: ServiceDefinition): string {
  if (workers === 'unlimited') return `${timeWords(time)} each`;
  return unbroken(`${timeWords(time)} · ${counted(workers, 'worker')}`);
}

function timeWords(time: ServiceDefinition['time']): string {
  if ('constant' in time) return duration(time.constant);
  if ('exponential' in time) return `≈ ${duration(time.exponential)}`;
  if ('uniform' in time) return `${duration(time.uniform.min)} to ${duration(time.uniform.max)}`;
  if ('lognormal' in time) return `median ${duration(time.lognormal.median)}`;
  return `from ${duration(time.pareto.min)}`;
}
