import { bad } from './options.ts';
import type { Subcommand } from './subcommand.ts';

export const simulate: Subcommand = {
  help: `evenkeel simulate LAB.yaml

Will run the lab in virtual time. It is not there yet.`,

  async run() {
    throw bad('evenkeel simulate is not there yet; evenkeel serve LAB.yaml runs the lab for real.');
  },
};
