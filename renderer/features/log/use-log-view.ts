import { useEffect, useMemo, useState } from 'react';
import { useTelemetry, useUi } from '../../app/context.ts';
import { type Match, matcherOf } from './filter/match-filter.ts';
import { type FilterProblem, parseFilter } from './filter/parse-filter.ts';
import { LogView } from './log-view.ts';

/** following: the newest is in view · away: somebody scrolled up · paused: until told otherwise. */
export type Hold = 'following' | 'away' | 'paused';

interface LogModel {
  readonly view: LogView;
  readonly hold: Hold;
  readonly setHold: (hold: Hold) => void;
  /** What is wrong with the filter as it stands; the list keeps the last one that could be read. */
  readonly problem: FilterProblem | undefined;
  readonly sampling: number;
}

/** ms without a key press after which a filter counts: half a word must not empty the list on the way to a whole one. */
const SETTLED = 250;

/** What the log shows: the newest requests (at most four times a second) that the filter lets through, or a held picture. */
export function useLogView(): LogModel {
  const telemetry = useTelemetry();
  const text = useUi(({ log }) => log.filter);
  const parsed = useMemo(() => parseFilter(text), [text]);
  const valid = useMemo(() => ('problem' in parsed ? undefined : matcherOf(parsed.filter)), [parsed]);
  const [matches, setMatches] = useState<Match>(() => valid ?? matcherOf(undefined));
  const [view] = useState(() => new LogView(telemetry.attempts, matches));
  const [hold, setHold] = useState<Hold>('following');
  useEffect(() => {
    if (!valid) return;
    const timer = setTimeout(() => setMatches(() => valid), SETTLED);
    return () => clearTimeout(timer);
  }, [valid]);
  view.setFilter(matches);
  view.update();
  if (hold === 'following') view.follow();
  else view.hold();
  return {
    view,
    hold,
    setHold,
    problem: 'problem' in parsed ? parsed.problem : undefined,
    sampling: telemetry.sampling,
  };
}
