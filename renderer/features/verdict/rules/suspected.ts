import type { Rule } from '../verdict.ts';

/** Some checks failed, too few to take it out: the balancer still uses it. */
export const suspected: Rule = ({ origins }) => {
  const found = origins.find(
    ({ state: { status, available, panic } }) => status === 'going-down' && available && !panic,
  );
  if (!found) return [];
  const { name, state } = found;
  return [
    {
      id: `suspected ${name}`,
      tone: 'warn',
      basis: 'state',
      news: `${name} still gets requests, but ${state.reason}.`,
      more: '',
    },
  ];
};
