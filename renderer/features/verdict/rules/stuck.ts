import { duration } from '../../../app/format.ts';
import type { Rule } from '../verdict.ts';
import { waiting } from '../words.ts';

/** It accepts connections and then does nothing good with them. */
export const stuck: Rule = ({ origins, lab }) => {
  const view = origins.find(({ state: { available, process } }) => {
    const faults = process?.status === 'running' ? process.faults : undefined;
    return available && (faults?.hang || faults?.reset);
  });
  if (!view?.state.process) return [];
  const { firstByte } = lab.lab.timeouts;
  const who = view.inFlight > 0 ? `${waiting(view.inFlight)} there` : 'Whoever is sent there waits';
  const said = { id: `stuck ${view.name}`, tone: 'bad', basis: 'state' } as const;
  return view.state.process.faults.hang
    ? [
        {
          ...said,
          news: `${view.name} accepts requests and never answers.`,
          more: `${who}, ${view.inFlight > 1 ? 'each ' : ''}for up to ${duration(firstByte)}.`,
        },
      ]
    : [{ ...said, news: `${view.name} hangs up on every request.`, more: '' }];
};
