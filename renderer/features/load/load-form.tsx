import { type ReactNode, useId, useState } from 'react';
import type { ClientsDefinition, ClosedTraffic, OpenTraffic, TrafficDefinition } from '../../../src/protocol/lab.ts';
import { useApp, useCommand, useLab } from '../../app/context.ts';
import { count } from '../../app/format.ts';
import { useChange } from '../../app/newest.ts';
import { Button } from '../../ui/button.tsx';
import { NumberField, Slider } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { changeTraffic } from './change-traffic.ts';
import { fromSlider, keptOf, MAX_LOAD, toSlider } from './load.ts';
import styles from './load-form.module.css';

/** The lab's own traffic: how much and how, from whom, and a burst on top. */
export function LoadForm() {
  return (
    <>
      <TrafficForm />
      <ClientsForm />
      <BurstForm />
    </>
  );
}

const KINDS = [
  { value: 'open', title: 'Arrivals' },
  { value: 'closed', title: 'Users' },
  { value: 'off', title: 'Off' },
] as const;

const WORDS = {
  open: 'New requests come at this rate, whether or not the earlier ones were answered (open loop).',
  closed: 'Each user waits for an answer, thinks, then asks again (closed loop): slow origins slow the load down too.',
  off: 'Evenkeel sends nothing; requests of your own are still balanced in a live lab.',
} as const;

const SPACINGS = [
  { value: 'poisson', title: 'Random (Poisson)' },
  { value: 'constant', title: 'Even' },
] as const;

function TrafficForm() {
  const traffic = useLab((lab) => lab.lab.traffic);
  const { client } = useApp();
  const change = (make: (newest: TrafficDefinition) => TrafficDefinition): void => changeTraffic(client, make);
  const changeOpen = (part: Partial<OpenTraffic>): void =>
    change((now) => ('open' in now ? { ...now, open: { ...now.open, ...part } } : now));
  const changeClosed = (part: Partial<ClosedTraffic>): void =>
    change((now) => ('closed' in now ? { ...now, closed: { ...now.closed, ...part } } : now));
  const kind = 'open' in traffic ? 'open' : 'closed' in traffic ? 'closed' : 'off';
  const select = (next: typeof kind): void => {
    if (next === 'open') change((now) => ({ ...keptOf(now), open: { rate: 20, arrivals: 'poisson' } }));
    else if (next === 'closed') change((now) => ({ ...keptOf(now), closed: { users: 20, think: 1000 } }));
    else change((now) => ({ ...keptOf(now), off: true }));
  };
  const { fanOut = 1 } = traffic;
  const pages = fanOut > 1 && kind !== 'off';
  return (
    <Part
      title="Requests"
      words={pages ? `${WORDS[kind]} Each time there are ${count(fanOut)} at once, as a page makes them.` : WORDS[kind]}
    >
      <Segmented label="Kind of load" value={kind} options={KINDS} onChange={select} />
      {'open' in traffic && (
        <>
          <LoadAmount
            label={pages ? 'Pages per second' : 'Requests per second'}
            value={traffic.open.rate}
            onChange={(rate) => changeOpen({ rate })}
          />
          <Segmented
            label="Spacing of arrivals"
            value={traffic.open.arrivals}
            options={SPACINGS}
            onChange={(arrivals) => changeOpen({ arrivals })}
          />
        </>
      )}
      {'closed' in traffic && (
        <>
          <LoadAmount label="Users" value={traffic.closed.users} onChange={(users) => changeClosed({ users })} />
          <NumberField
            label="Think time, ms on average"
            value={traffic.closed.think}
            min={0}
            max={60_000}
            step={100}
            onChange={(think) => changeClosed({ think })}
          />
        </>
      )}
    </Part>
  );
}

const POPULARITIES = [
  { value: 'uniform', title: 'Equally busy' },
  { value: 'zipf', title: 'A few are busier (Zipf)' },
] as const;

const MAX_CLIENTS = 1_000_000;

function ClientsForm() {
  const clients = useLab((lab) => lab.lab.clients);
  const command = useCommand();
  const send = useChange(clients, (next: ClientsDefinition) => command({ command: 'set-clients', clients: next }));
  const change = (part: Partial<ClientsDefinition>): void => send((now) => ({ ...now, ...part }));
  const { popularity } = clients;
  return (
    <Part
      title="Where they come from"
      words="Each has an address of its own, which hashing strategies and sticky sessions go by."
    >
      <NumberField
        label="Addresses"
        value={clients.count}
        min={1}
        max={MAX_CLIENTS}
        onChange={(addresses) => change({ count: addresses })}
      />
      <Segmented
        label="How busy clients are"
        value={popularity === 'uniform' ? 'uniform' : 'zipf'}
        options={POPULARITIES}
        onChange={(next) => change({ popularity: next === 'uniform' ? 'uniform' : { zipf: 1 } })}
      />
      {popularity !== 'uniform' && (
        <NumberField
          label="Exponent (1: the second is half as busy as the first)"
          value={popularity.zipf}
          min={0.1}
          max={10}
          step={0.1}
          onChange={(zipf) => change({ popularity: { zipf } })}
        />
      )}
    </Part>
  );
}

const MAX_BURST = 10_000;
const MAX_BURST_SECONDS = 600;

function BurstForm() {
  const paused = useLab((lab) => lab.traffic.paused);
  const command = useCommand();
  const [requests, setRequests] = useState(200);
  const [seconds, setSeconds] = useState(1);
  return (
    <Part
      title="Burst"
      words={
        paused
          ? 'The traffic is paused; run it to send a burst.'
          : 'So many requests more, evenly spread over the time, whatever else comes.'
      }
    >
      <div className={styles.burst}>
        <NumberField label="Requests" value={requests} min={1} max={MAX_BURST} step={50} onChange={setRequests} />
        <NumberField label="Within seconds" value={seconds} min={0} max={MAX_BURST_SECONDS} onChange={setSeconds} />
        <Button
          disabled={paused}
          onClick={() => command({ command: 'burst', requests, over: Math.round(seconds * 1000) })}
        >
          Send
        </Button>
      </div>
    </Part>
  );
}

interface PartProps {
  readonly title: string;
  readonly words: string;
  readonly children: ReactNode;
}

function Part({ title, words, children }: PartProps) {
  const id = useId();
  return (
    <section className={styles.part} aria-labelledby={id}>
      <h3 id={id} className={styles.title}>
        {title}
      </h3>
      <p className={styles.words}>{words}</p>
      {children}
    </section>
  );
}

interface LoadAmountProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function LoadAmount({ label, value, onChange }: LoadAmountProps) {
  return (
    <div className={styles.amount}>
      <NumberField label={label} value={value} min={1} max={MAX_LOAD} onChange={onChange} />
      <Slider
        label={label}
        value={toSlider(value)}
        min={0}
        max={100}
        step={1}
        words={(position) => count(fromSlider(position))}
        onChange={(position) => onChange(fromSlider(position))}
      />
    </div>
  );
}
