#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { type ErrorCode, EvenkeelError } from '../core/errors.ts';
import { didYouMean } from '../core/suggestion.ts';
import { builtFolder, packageVersion } from '../host/node-ports.ts';
import { writeProblem } from '../host/write-problem.ts';
import { agree } from './agree.ts';
import { check } from './check.ts';
import { open } from './open.ts';
import { bad } from './options.ts';
import { origin } from './origin.ts';
import { serve } from './serve.ts';
import { simulate } from './simulate.ts';
import { strategies } from './strategies.ts';
import type { Subcommand } from './subcommand.ts';
import { sweep } from './sweep.ts';
import { verify } from './verify.ts';

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  serve,
  origin,
  check,
  strategies,
  simulate,
  sweep,
  verify,
  agree,
};

const HELP = `Evenkeel: a load-balancing lab with a real proxy and real servers.

  evenkeel [LAB.yaml]           open a lab
  evenkeel serve LAB.yaml       run it without a window
  evenkeel origin --port 8081   run one origin server
  evenkeel check LAB.yaml       is the lab file right?
  evenkeel simulate LAB.yaml    run it in virtual time
  evenkeel sweep LAB.yaml       simulate it for many values of something
  evenkeel verify LAB.yaml      does it behave as it says?
  evenkeel agree LAB.yaml       do the live lab and its simulation agree?
  evenkeel strategies           the strategies, one line each
  evenkeel --version

Each has its own --help. With --debug, errors come with their details.
Exit codes: 0 fine, 1 it ran and failed, 2 the arguments or the lab file are wrong.`;

/** Errors of these kinds are in what was typed or in the lab file. */
const USERS: readonly ErrorCode[] = ['bad-argument', 'bad-lab', 'unknown-strategy'];

async function main(args: readonly string[]): Promise<number> {
  const [first] = args;
  if (first === '--version') {
    console.log(packageVersion(builtFolder()));
    return 0;
  }
  if (first === 'help' || first === '--help' || first === '-h') {
    const about = args.find((arg) => Object.hasOwn(SUBCOMMANDS, arg));
    console.log(about === undefined ? HELP : SUBCOMMANDS[about]?.help);
    return 0;
  }
  const named = first !== undefined && Object.hasOwn(SUBCOMMANDS, first) ? SUBCOMMANDS[first] : undefined;
  const subcommand = named ?? open;
  const own = named ? args.slice(1) : args;
  if (own.includes('--help') || own.includes('-h')) {
    console.log(subcommand.help);
    return 0;
  }
  if (!named && first !== undefined && !looksLikeFile(first)) {
    throw bad(
      `There is no command or lab file ${JSON.stringify(first)}.${didYouMean(first, Object.keys(SUBCOMMANDS)) || ' See evenkeel --help.'}`,
    );
  }
  return subcommand.run(own);
}

/** Options count as well: they are for a lab to come. */
function looksLikeFile(text: string): boolean {
  return /^-|[\\/]|\.(ya?ml|json)$/i.test(text) || existsSync(text);
}

function report(error: unknown, debug: boolean): number {
  const known = error instanceof EvenkeelError;
  const message = error instanceof Error ? error.message : String(error);
  console.error(known ? message : `Evenkeel failed: ${message.split('\n')[0]} (--debug tells more.)`);
  if (debug) console.error(error);
  return known && USERS.includes(error.code) ? 2 : 1;
}

// A reader that has seen enough (`| head`) is no error; a full disk is.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    if (stream === process.stdout) console.error(`What was to be printed cannot be written: ${writeProblem(error)}.`);
    process.exit(1);
  });
}

const given = process.argv.slice(2);
const debug = given.includes('--debug');
process.on('uncaughtException', (error) => process.exit(report(error, debug)));
main(given.filter((arg) => arg !== '--debug'))
  .catch((error: unknown) => report(error, debug))
  // Whatever is still on its way to a pipe gets out first, and it is heard of what did not; nothing else is waited for.
  .then((exitCode) => setImmediate(() => process.stdout.write('', () => process.exit(exitCode))));
