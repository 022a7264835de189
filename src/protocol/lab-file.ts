import { EvenkeelError } from '../core/errors.ts';
import { DEFAULT_POLICIES } from '../core/policies.ts';
import { normaliseSpec } from '../core/strategies/registry.ts';
import type { LabDefinition, OriginDefinition } from './lab.ts';
import {
  completeClients,
  completePolicies,
  completeSticky,
  completeTraffic,
  DEFAULT_LISTEN,
  DEFAULT_SEED,
  DEFAULT_THREADS,
  DEFAULT_TRAFFIC,
} from './lab-file-defaults.ts';
import { unknownOriginsInExpectations, wrongVariants } from './lab-file-expect.ts';
import { misdirectedFaults } from './lab-file-faults.ts';
import { examine, type Finding, finished, isRecord } from './lab-file-fields.ts';
import { resolveOrigins } from './lab-file-origins.ts';
import { type Overrides, overridden } from './lab-file-overrides.ts';
import { type Path, pathText } from './lab-file-path.ts';
import { LAB_FILE, LAB_FILE_VERSION, type WrittenLab } from './lab-file-schema.ts';
import { unknownOriginsInRules } from './lab-file-strategy.ts';
import { type Position, parseText } from './lab-file-text.ts';
import { conflictsWithThreads } from './lab-file-threads.ts';
import { quote } from './units.ts';

export { printLabFile } from './lab-file-print.ts';

/** One thing that is wrong with a lab file. */
export interface Problem extends Position {
  /** Such as `origins[1].port`; empty for the file as a whole. */
  readonly path: string;
  /** One sentence: what is wrong and what to write instead. */
  readonly message: string;
}

export type ParsedLabFile = { readonly lab: LabDefinition } | { readonly problems: readonly Problem[] };

/**
 * Reads a lab file, YAML or JSON, and fills in the defaults. Every problem is reported, in the order of the file; when there
 * is one, there is no lab.
 * @param fileName names a lab that has no `name`
 * @param overrides what is to be different from what the file says
 * @throws EvenkeelError `bad-argument` for an override whose path leads nowhere
 */
export function parseLabFile(text: string, fileName?: string, overrides: Overrides = {}): ParsedLabFile {
  const parsed = parseText(text);
  const syntax = parsed.problems.map((problem) => ({ ...problem, path: '' }));
  if (parsed.value === undefined) return { problems: inOrder(syntax) };
  const { lab, findings } = read(overridden(parsed.value, overrides), fileName);
  const problems = [
    ...syntax,
    ...findings.map((finding) => ({
      ...parsed.locate(finding.path, finding.atKey),
      path: pathText(finding.path),
      message: finished(finding, nameOf),
    })),
  ];
  return lab && problems.length === 0 ? { lab } : { problems: inOrder(problems) };
}

/**
 * The lab of a text that has to be right.
 * @throws EvenkeelError `bad-lab` whose message has a line for each problem: `slow.yaml, line 3, column 5: …`
 */
export function readLabText(text: string, fileName?: string): LabDefinition {
  const parsed = parseLabFile(text, fileName);
  if ('lab' in parsed) return parsed.lab;
  const where = fileName === undefined ? 'Line' : `${fileName}, line`;
  const lines = parsed.problems.map(({ line, column, message }) => `${where} ${line}, column ${column}: ${message}`);
  throw new EvenkeelError('bad-lab', lines.join('\n'));
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** The field as a sentence begins with it: its key, and the place in the list when it is in one. */
function nameOf(path: Path): string {
  const places = [...path].reverse().findIndex((step) => typeof step === 'string');
  return places === -1 ? 'the lab file' : pathText(path.slice(path.length - 1 - places));
}

function read(value: unknown, fileName: string | undefined): { lab?: LabDefinition; findings: readonly Finding[] } {
  if (value === null) {
    return {
      findings: [{ path: [], message: 'The lab file is empty; begin with "evenkeel: 1" and a list of origins.' }],
    };
  }
  const version = isRecord(value) ? value.evenkeel : undefined;
  if (version !== undefined && version !== LAB_FILE_VERSION) return { findings: [otherVersion(version)] };
  const { output, findings } = examine(LAB_FILE, value);
  if (!isRecord(output)) return { findings };
  const written = output as unknown as Partial<WrittenLab>;
  const listen =
    isRecord(written.listen) || written.listen === undefined ? (written.listen ?? DEFAULT_LISTEN) : undefined;
  const resolved = resolveOrigins(Array.isArray(written.origins) ? written.origins : [], listen?.port);
  const all = [...findings, ...resolved.findings];
  if (version === undefined) {
    all.push({ path: [], message: `The lab file needs its version: begin with "evenkeel: ${LAB_FILE_VERSION}".` });
  }
  if (resolved.named && Array.isArray(written.origins)) {
    all.push(
      ...unknownOriginsInRules(
        (value as Record<string, unknown>).strategy,
        resolved.origins.map(({ name }) => name),
      ),
    );
    all.push(...misdirectedFaults(written.faults, resolved.origins));
    all.push(...unknownOriginsInExpectations(written.expect, resolved.origins));
  }
  if (all.length === 0) {
    const variant = { ...(value as Record<string, unknown>), expect: null };
    all.push(
      ...wrongVariants(written.expect ?? [], (overrides) =>
        firstProblem(overridden(variant, { ...overrides, expect: null })),
      ),
    );
  }
  if (all.length > 0) return { findings: all };
  const lab = complete(written as WrittenLab, resolved.origins, fileName);
  const conflicts = conflictsWithThreads(lab);
  return conflicts.length === 0 ? { lab, findings: [] } : { findings: conflicts };
}

function firstProblem(value: unknown): string | undefined {
  const [first] = read(value, undefined).findings;
  return first && finished(first, nameOf);
}

function otherVersion(version: unknown): Finding {
  const newer = typeof version === 'number' && version > LAB_FILE_VERSION;
  return {
    path: ['evenkeel'],
    message: newer
      ? `This lab file is of version ${version}; this Evenkeel reads version ${LAB_FILE_VERSION}, so update Evenkeel.`
      : `evenkeel must be ${LAB_FILE_VERSION}, the version of the lab file, not ${quote(version)}.`,
  };
}

function complete(
  written: WrittenLab,
  origins: readonly OriginDefinition[],
  fileName: string | undefined,
): LabDefinition {
  return {
    name: written.name ?? fileName?.replace(/^.*[\\/]/, '').replace(/\.(ya?ml|json)$/i, '') ?? 'Lab',
    ...(written.look !== undefined && { look: written.look }),
    seed: written.seed ?? DEFAULT_SEED,
    listen: written.listen ?? DEFAULT_LISTEN,
    trustForwarded: written.trustForwarded ?? 'loopback',
    forwarder: written.forwarder ?? 'native',
    threads: written.threads ?? DEFAULT_THREADS,
    sticky: completeSticky(written.sticky),
    requestHeaders: written.requestHeaders ?? [],
    responseHeaders: written.responseHeaders ?? [],
    strategy: written.strategy ?? normaliseSpec('round-robin'),
    origins,
    clients: completeClients(written.clients ?? {}),
    traffic: written.traffic ? completeTraffic(written.traffic) : DEFAULT_TRAFFIC,
    ...DEFAULT_POLICIES,
    ...completePolicies(written),
    faults: written.faults ?? [],
    ...(written.network && { network: written.network }),
    ...(written.duration !== undefined && { duration: written.duration }),
    ...(written.expect && { expect: written.expect }),
  };
}
