import type { CommandName } from '../protocol/command.ts';

const REASONS: Partial<Record<CommandName, string>> = {
  'set-forwarder': 'A simulation moves no bytes, so its forwarder cannot be changed: go back to LIVE for that.',
  'set-response-headers': 'A simulation’s answers have no headers: go back to LIVE for that.',
};

/** Why a simulation cannot do what the live lab can; undefined for what it can do. */
export function whyNotSimulated(command: CommandName): string | undefined {
  return REASONS[command];
}
