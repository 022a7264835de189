// npm run docs:strategies: writes docs/STRATEGIES.md from what the strategies say of themselves, the same that the command line,
// the lab file's errors and the screen read.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The page as Markdown. @param definitions what `evenkeel strategies --json` prints, in its order */
export function strategiesDoc(definitions) {
  const rows = definitions.map(({ id, title, rule }) => `| [${title}](#${id}) | ${rule} |`);
  return [
    '# Strategies',
    '<!-- Written by `npm run docs:strategies`: change src/core/strategies and run it again. -->',
    [
      'How the balancer chooses an origin for a request. A lab file names one, alone or with options: `strategy: round-robin` or',
      '`strategy: { use: ring-hash, key: path }`; it can be changed while requests flow. The balancer itself sees to it that only',
      'available origins are chosen (checks, ejection, draining, retries at another one), and to sticky clients.',
    ].join('\n'),
    ['| strategy | what it does |', '|---|---|', ...rows].join('\n'),
    ...definitions.map(section),
    '',
  ].join('\n\n');
}

function section({ id, title, rule, goodWhen, failsWhen, knownAs, parameters }) {
  const options = Object.entries(parameters).map(
    ([name, parameter]) => `| \`${name}\` | ${valuesOf(parameter)} | ${defaultOf(parameter)} | ${parameter.label} |`,
  );
  return [
    `<a id="${id}"></a>\n\n## ${title} (\`${id}\`)`,
    rule,
    [`- **Good when:** ${goodWhen}`, `- **Fails when:** ${failsWhen}`, `- **Known as:** ${knownAs.join(', ')}.`].join(
      '\n',
    ),
    options.length === 0
      ? 'It has no options.'
      : ['| option | values | default | |', '|---|---|---|---|', ...options].join('\n'),
  ].join('\n\n');
}

function valuesOf(parameter) {
  switch (parameter.kind) {
    case 'integer':
      return `${parameter.min} to ${parameter.max}`;
    case 'number':
      return `${parameter.min} to ${parameter.max}, fractions too`;
    case 'duration':
      return `${duration(parameter.min)} to ${duration(parameter.max)}`;
    case 'ratio':
      return `off, or ${percent(parameter.min)} to ${percent(parameter.max)}`;
    case 'boolean':
      return 'true, false';
    case 'choice':
      return parameter.options.map((option) => `\`${option}\``).join(', ');
    case 'key':
      return ['client-ip', 'path', 'uri', 'header:NAME', 'cookie:NAME', 'query:NAME']
        .map((key) => `\`${key}\``)
        .join(', ');
    case 'rules':
      return 'a list of `{ prefix: /api, origins: [A, B], strategy: … }`';
    case 'strategy':
      return 'a strategy';
    default:
      throw new Error(`scripts/strategies-doc.mjs cannot describe options of kind ${parameter.kind} yet.`);
  }
}

function defaultOf(parameter) {
  switch (parameter.kind) {
    case 'duration':
      return duration(parameter.default);
    case 'ratio':
      return parameter.default === 'off' ? 'off' : percent(parameter.default);
    case 'choice':
    case 'key':
      return `\`${parameter.default}\``;
    case 'rules':
      return 'none';
    case 'strategy':
      return `\`${parameter.default.use}\``;
    default:
      return String(parameter.default);
  }
}

function duration(ms) {
  return ms % 1000 === 0 && ms > 0 ? `${ms / 1000}s` : `${ms}ms`;
}

function percent(ratio) {
  return `${ratio * 100}%`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const evenkeel = join(root, 'scripts', 'evenkeel.mjs');
  const list = execFileSync(process.execPath, [evenkeel, 'strategies', '--json'], { encoding: 'utf8' });
  writeFileSync(join(root, 'docs', 'STRATEGIES.md'), strategiesDoc(JSON.parse(list)));
}
