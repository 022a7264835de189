import type { OriginRole } from './lab.ts';
import { FLAG, fields, integer, integerOrUnlimited, type Schema } from './lab-file-fields.ts';

/** What an origin is among the others: keys of its own in a lab file, one value in a command. */
export const ROLE_FIELDS = { backup: FLAG, priority: integer(0, 9), maxInFlight: integerOrUnlimited(1) };

export const ORIGIN_ROLE = fields(ROLE_FIELDS, { example: '{ "backup": true }' }) as Schema<OriginRole>;
