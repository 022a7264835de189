import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly uses?: string;
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> };
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = '.github/workflows';
const names = readdirSync(FOLDER);
const text = (name: string): string => readFileSync(`${FOLDER}/${name}`, 'utf8');
const workflow = (name: string): Workflow => parse(text(name)) as Workflow;
const steps = (name: string): readonly Step[] => Object.values(workflow(name).jobs).flatMap((job) => job.steps ?? []);

describe('the workflows', () => {
  it('are the check and the release', () => {
    expect(names.sort()).toEqual(['check.yml', 'release.yml']);
  });

  it.each(names)('%s pins each action by its commit and says which version that is', (name) => {
    const uses = text(name)
      .split('\n')
      .filter((line) => /\buses:/.test(line) && !/uses: \.\//.test(line));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it.each(names)('%s may read by default, and takes nothing into a script that a stranger can write', (name) => {
    expect(workflow(name).permissions).toEqual({ contents: 'read' });
    expect(Object.keys(workflow(name).on)).not.toContain('pull_request_target');
    for (const { run } of steps(name)) expect(run ?? '').not.toContain('${{');
  });

  it('one commit, one pin: an action has the same one everywhere', () => {
    const pins = new Map<string, Set<string>>();
    for (const { uses } of names.flatMap(steps)) {
      const [action = '', pin = ''] = uses?.split('@') ?? [];
      pins.set(action, (pins.get(action) ?? new Set()).add(pin));
    }
    expect([...pins].filter(([, several]) => several.size > 1)).toEqual([]);
  });
});

describe('the check', () => {
  it('runs all of .ci/run on Node 20 and 24', () => {
    const { check } = workflow('check.yml').jobs;
    expect(check?.strategy?.matrix.node).toEqual([20, 24]);
    expect(check?.steps?.map(({ run }) => run)).toContain('.ci/run');
  });

  it('knows no secret', () => {
    expect(text('check.yml')).not.toMatch(/secrets|github\.token/);
  });
});

describe('the release', () => {
  const { jobs } = workflow('release.yml');

  it('builds on three systems what passed the check, and smoke-tests what it built', () => {
    expect(jobs.check?.uses).toBe('./.github/workflows/check.yml');
    expect((jobs.build as { needs?: string }).needs).toBe('check');
    const systems = jobs.build?.strategy?.matrix.include as readonly { readonly system: string }[];
    expect(systems.map(({ system }) => system)).toEqual(['Linux', 'Windows', 'macOS']);
    const smoked = jobs.build?.steps?.filter(({ run }) => run?.includes('scripts/smoke.mjs')) ?? [];
    expect(smoked).toHaveLength(3);
  });

  it('writes in one job only, which runs for tags only and gets no secret', () => {
    const writing = Object.entries(jobs).filter(([, job]) => job.permissions);
    expect(writing.map(([name]) => name)).toEqual(['publish']);
    expect(jobs.publish).toMatchObject({
      needs: 'build',
      if: expect.stringContaining("github.ref_type == 'tag'"),
      permissions: { contents: 'write', 'id-token': 'write', attestations: 'write' },
    });
    expect(JSON.stringify(jobs.publish)).not.toContain('secrets.');
    expect(JSON.stringify(jobs.publish)).toMatch(/sha256sum.*attest-build-provenance.*--draft/);
  });

  it('gives the secrets to the build step alone, each to its own system', () => {
    const withSecrets = steps('release.yml').filter((step) => JSON.stringify(step).includes('secrets.'));
    expect(withSecrets.map(({ run }) => run)).toEqual(['npm run dist']);
    for (const [name, value] of Object.entries(withSecrets[0]?.env ?? {})) {
      const system = name.startsWith('WIN_') ? 'Windows' : 'macOS';
      expect(value).toBe(`\${{ runner.os == '${system}' && secrets.${name} || '' }}`);
    }
  });
});
