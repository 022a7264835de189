// What is done to a lab in a soak: random commands, right and wrong ones.

const STRATEGIES = [
  'round-robin',
  { use: 'weighted-round-robin', order: 'deadline' },
  { use: 'weighted-round-robin', order: 'blocks' },
  'weighted-round-robin',
  'random',
  'weighted-random',
  'least-connections',
  { use: 'least-connections', as: 'haproxy' },
  { use: 'least-connections', as: 'caddy' },
  'power-of-two-choices',
  'least-load',
  { use: 'least-load', method: 'weights', blackout: 1000 },
  'ip-hash',
  {
    use: 'path-rules',
    rules: [{ prefix: '/soak-1', origins: ['A', 'B', 'C'], strategy: { use: 'least-time' } }],
    default: { use: 'least-load', method: 'weights' },
  },
  'least-time',
  { use: 'least-time', inFlight: true },
  'peak-ewma',
  'first-available',
  { use: 'hash', key: 'path' },
  { use: 'ring-hash', boundedLoad: 1.25 },
  { use: 'maglev', tableSize: 5003 },
  'rendezvous',
];

const times = (dice) =>
  dice.pick([{ constant: dice.below(30) }, { exponential: dice.between(1, 40) }, { uniform: { min: 1, max: 50 } }]);

const service = (dice) => ({
  time: times(dice),
  workers: dice.pick(['unlimited', 1, 4]),
  queue: dice.pick(['unlimited', 0, 20]),
  errorRate: dice.pick([0, 0, 0.1]),
});

/** Short times, so that nothing a command leaves behind outlasts the calm between two rounds. */
const policies = (dice) =>
  dice.pick([
    {
      health: {
        active: { every: 300, timeout: 200, fall: dice.between(1, 3), rise: dice.between(1, 3) },
        passive: 'off',
      },
    },
    {
      health: { active: 'off', passive: { failures: dice.between(1, 5), base: 500, max: 2000, maxShare: dice.next() } },
    },
    {
      retry: {
        attempts: dice.between(1, 4),
        on: ['connect-failure', 'reset', 'timeout', 'server-error'],
        budget: dice.next(),
      },
    },
    { retry: { attempts: 2, on: ['connect-failure'] } },
    { loadInfo: { every: dice.pick([0, 0, 100, 700]) } },
    { timeouts: { connect: dice.between(200, 1000), firstByte: dice.between(300, 2000) } },
    {
      limits: {
        maxInFlight: dice.pick([1, 5, 'unlimited']),
        queue: dice.pick([0, 10, 'unlimited']),
        queueTimeout: 1000,
      },
    },
    { limits: { maxInFlight: 'unlimited', total: dice.pick([3, 'unlimited']), queueTimeout: dice.between(50, 1000) } },
  ]);

const fault = (dice) =>
  dice.pick([
    { do: 'kill' },
    { do: 'kill' },
    { do: 'restart' },
    { do: 'restart' },
    { do: 'freeze' },
    { do: 'thaw' },
    { do: 'slow', factor: dice.between(2, 20) },
    { do: 'errors', share: dice.next() },
    { do: 'hang' },
    { do: 'reset' },
    { do: 'drain' },
    { do: 'resume' },
    { do: 'heal' },
  ]);

/** A command for a lab with these origins; some ask for what cannot be. */
export function randomCommand(dice, { spawned, foreign, echoPorts }) {
  const anyOrigin = () => dice.pick([...spawned, ...foreign, 'nobody']);
  const kind = dice.next();
  if (kind < 0.3) {
    const lasting = dice.chance(0.5) ? { for: dice.between(100, 2000) } : {};
    return { command: 'fault', origin: dice.pick(spawned), ...fault(dice), ...lasting };
  }
  if (kind < 0.5) return { command: 'set-strategy', strategy: dice.pick(STRATEGIES) };
  if (kind < 0.6) return { command: 'set-policies', policies: policies(dice) };
  if (kind < 0.66) {
    if (spawned.length + foreign.length >= 9) return { command: 'remove-origin', origin: anyOrigin() };
    // A name of its own, as people give them: what is kept for each name must not grow.
    const name = `S${dice.below(1_000_000)}`;
    if (dice.chance(0.3))
      return { command: 'add-origin', origin: { name, url: `http://127.0.0.1:${dice.pick(echoPorts)}` } };
    return { command: 'add-origin', origin: { ...(dice.chance(0.5) && { name }), service: service(dice) } };
  }
  if (kind < 0.71 && spawned.length > 3) return { command: 'remove-origin', origin: dice.pick(spawned) };
  if (kind < 0.76) return { command: 'set-weight', origin: anyOrigin(), weight: dice.pick([0.1, 1, 2, 7]) };
  if (kind < 0.8) return { command: 'set-service', origin: dice.pick(spawned), service: service(dice) };
  if (kind < 0.84) return { command: 'set-forwarder', forwarder: dice.pick(['native', 'native', 'http-proxy']) };
  if (kind < 0.87) return { command: 'set-sticky', sticky: dice.pick(['off', 'on']) };
  if (kind < 0.89)
    return { command: 'set-response-headers', headers: dice.pick([[], ['x-evenkeel-origin', 'server-timing']]) };
  if (kind < 0.93) {
    const traffic = dice.pick([
      { open: { rate: dice.between(10, 300), arrivals: 'poisson' } },
      { closed: { users: dice.between(1, 30), think: dice.between(0, 100) } },
    ]);
    return { command: 'set-traffic', traffic };
  }
  if (kind < 0.95) return { command: 'burst', requests: dice.between(10, 300), over: 500 };
  if (kind < 0.97) return { command: 'undo' };
  return dice.pick([
    { command: 'nonsense' },
    { command: 'set-strategy', strategy: { use: 'ring-hash', vnodes: -1 } },
    { command: 'add-origin', origin: { port: 1 } },
    { command: 'load-lab', lab: 'evenkeel: 1\norigins: 5' },
    { command: 'load-lab', lab: 'no-such-lab' },
    { command: 'fault', origin: 'nobody', do: 'kill' },
  ]);
}
