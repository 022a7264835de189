import { STRATEGIES } from '../../app/strategies.ts';

/** What a strategy goes by, in plain words, and which do. */
const GROUPS: readonly { readonly title: string; readonly ids: readonly string[] }[] = [
  { title: 'In turn, or by lot', ids: ['round-robin', 'weighted-round-robin', 'random', 'weighted-random'] },
  {
    title: 'By how busy the origins are',
    ids: ['least-connections', 'power-of-two-choices', 'least-load', 'first-available'],
  },
  { title: 'By how fast they answer', ids: ['least-time', 'peak-ewma'] },
  {
    title: 'By who asks, or for what',
    ids: ['ip-hash', 'path-rules', 'hash', 'path-hash', 'ring-hash', 'maglev', 'rendezvous'],
  },
];

const OTHERS = 'Others';

/** A strategy's place in the list that people choose from. */
interface StrategyChoice {
  readonly id: string;
  readonly title: string;
  readonly rule: string;
  readonly group: string;
  /** The key that chooses it. */
  readonly keys: string | undefined;
}

/** Every strategy of the registry, group by group. */
export const STRATEGY_CHOICES: readonly StrategyChoice[] = [...GROUPS.map(({ title }) => title), OTHERS].flatMap(
  (group) =>
    STRATEGIES.filter(({ id }) => groupOf(id) === group).map(({ id, title, rule }) => {
      const place = STRATEGIES.findIndex((definition) => definition.id === id) + 1;
      return { id, title, rule, group, keys: place <= 9 ? String(place) : undefined };
    }),
);

function groupOf(id: string): string {
  return GROUPS.find(({ ids }) => ids.includes(id))?.title ?? OTHERS;
}
