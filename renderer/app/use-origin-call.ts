import { useEffect, useState } from 'react';
import { useApp, useView } from './context.ts';
import type { AnswerTo } from './lab-client.ts';

const EVERY = 1000;

/** What the lab answers to a call about an origin, asked once a second while connected; undefined until the first answer. */
export function useOriginCall<Call extends 'origin-log' | 'origin-checks'>(
  call: Call,
  origin: string,
): AnswerTo<Call> | undefined {
  const { client } = useApp();
  const connected = useView((view) => view.connection === 'open');
  const [known, setKnown] = useState<{ readonly origin: string; readonly result: AnswerTo<Call> }>();
  useEffect(() => {
    if (!connected) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let open = true;
    const ask = async (): Promise<void> => {
      const asked: Promise<unknown> = client.request<'origin-log' | 'origin-checks'>(call, { origin });
      const result = (await asked) as AnswerTo<Call> | undefined;
      if (!open) return;
      if (result !== undefined) setKnown({ origin, result });
      timer = setTimeout(() => void ask(), EVERY);
    };
    void ask();
    return () => {
      open = false;
      clearTimeout(timer);
    };
  }, [client, call, origin, connected]);
  return known?.origin === origin ? known.result : undefined;
}
