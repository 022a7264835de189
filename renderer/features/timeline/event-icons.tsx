import type { ComponentType } from 'react';
import type { TimelineEntry } from '../../../src/protocol/state.ts';
import {
  BackIcon,
  BoltIcon,
  EjectIcon,
  EyeIcon,
  LabIcon,
  MinusIcon,
  NoteIcon,
  PlusIcon,
  PolicyIcon,
  StoppedIcon,
  StrategyIcon,
  TrafficIcon,
  WarningIcon,
} from '../../ui/icons.tsx';

type Kind = TimelineEntry['kind'];

/** What kind of thing happened, as a picture; the words beside it say it, too. */
export const EVENT_ICONS: Readonly<Record<Kind, ComponentType>> = {
  lab: LabIcon,
  strategy: StrategyIcon,
  traffic: TrafficIcon,
  fault: BoltIcon,
  exited: StoppedIcon,
  noticed: EyeIcon,
  ejected: EjectIcon,
  returned: BackIcon,
  added: PlusIcon,
  removed: MinusIcon,
  policy: PolicyIcon,
  outage: WarningIcon,
  marker: NoteIcon,
};

type EventTone = 'bad' | 'warn' | 'up';

/** States have their own colours; what was done to an origin has the origin's, everything else the accent. */
export const EVENT_TONES: Partial<Record<Kind, EventTone>> = {
  exited: 'bad',
  ejected: 'bad',
  outage: 'bad',
  noticed: 'warn',
  returned: 'up',
};
