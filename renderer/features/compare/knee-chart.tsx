import { milliseconds, percent } from '../../app/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { numberCell, Table } from '../../ui/table.tsx';
import type { KneePoint, TheoryLine } from './comparison.ts';
import styles from './knee-chart.module.css';

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 46;
const RIGHT = 150;
const BOTTOM = 26;
const TOP = 10;
/** Lines are told apart by dash, not by colour, which belongs to origins. */
const DASHES = [undefined, '7 4', '2 4', '10 3 2 3'];

interface KneeChartProps {
  /** By contestant. */
  readonly knee: readonly (readonly KneePoint[])[];
  readonly theory: readonly TheoryLine[];
  readonly titles: readonly string[];
}

/** Mean answer time against load: flat for long, then the knee. A line ends where the lab becomes unstable. */
export function KneeChart({ knee, theory, titles }: KneeChartProps) {
  const means = knee.flatMap((points) => points.flatMap(({ mean }) => (mean === null || mean <= 0 ? [] : [mean])));
  if (means.length === 0) return null;
  const [low, high] = [Math.log(Math.min(...means) * 0.85), Math.log(Math.max(...means) * 1.15)];
  const x = (load: number): number => LEFT + load * (WIDTH - LEFT - RIGHT);
  const y = (mean: number): number => TOP + (1 - (Math.log(mean) - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const lines = knee.map((points, index) => {
    const drawn = points.filter((point): point is { load: number; mean: number } => (point.mean ?? 0) > 0);
    return { index, title: titles[index] ?? '', drawn, end: drawn.at(-1) };
  });
  // Near full load theory leaves the picture; it is drawn as far as the simulated points reach.
  const models = theory.map((line) => ({
    ...line,
    drawn: line.points.filter(({ mean }) => mean !== null && Math.log(mean) >= low && Math.log(mean) <= high),
  }));
  const labels = apart(lines.map(({ end }) => (end ? y(end.mean) : HEIGHT - BOTTOM)));
  return (
    <Panel title="The knee" note="mean answer time against load, ms, log scale">
      <div className={styles.body}>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          className={styles.chart}
          role="img"
          aria-label={`Mean answer time against load for ${titles.join(', ')}; the table beside it has the figures.`}
        >
          {[0, 0.25, 0.5, 0.75, 1].map((load) => (
            <g key={load}>
              <line className={styles.gridLine} x1={x(load)} x2={x(load)} y1={TOP} y2={HEIGHT - BOTTOM} />
              <text className={styles.tickText} x={x(load)} y={HEIGHT - 8} textAnchor="middle">
                {load * 100} %
              </text>
            </g>
          ))}
          {ticksBetween(Math.exp(low), Math.exp(high)).map((tick) => (
            <g key={tick}>
              <line className={styles.gridLine} x1={LEFT} x2={x(1)} y1={y(tick)} y2={y(tick)} />
              <text className={styles.tickText} x={LEFT - 6} y={y(tick) + 4} textAnchor="end">
                {milliseconds(tick)}
              </text>
            </g>
          ))}
          {models.map(({ model, kind, drawn }) => (
            <path key={`${kind} ${model}`} className={styles.theory} d={pathOf(drawn, x, y)} />
          ))}
          {lines.map(({ index, title, drawn, end }) => (
            <g key={title}>
              <path className={styles.line} strokeDasharray={DASHES[index]} d={pathOf(drawn, x, y)} />
              {drawn.map((point) => (
                <circle key={point.load} className={styles.point} cx={x(point.load)} cy={y(point.mean)} r="2.5" />
              ))}
              {end && (
                <text className={styles.lineName} x={x(end.load) + 8} y={(labels[index] ?? 0) + 4}>
                  {title}
                </text>
              )}
            </g>
          ))}
        </svg>
        <div className={styles.table}>
          <KneeTable knee={knee} titles={titles} />
        </div>
      </div>
      {theory.length > 0 && (
        <p className={styles.words}>
          <svg viewBox="0 0 24 8" className={styles.mark} aria-hidden="true">
            <path className={styles.theory} d="M0 4H24" />
          </svg>
          Theory: {theory.map((line) => sentence(line, titles)).join('; ')}.
        </p>
      )}
    </Panel>
  );
}

function KneeTable({ knee, titles }: Omit<KneeChartProps, 'theory'>) {
  const loads = knee[0]?.map(({ load }) => load) ?? [];
  return (
    <Table
      label="Mean answer time (ms) by load"
      columns={[{ title: 'Load' }, ...titles.map((title) => ({ title, number: true }))]}
    >
      {loads.map((load, row) => (
        <tr key={load}>
          <td>{percent(load)}</td>
          {knee.map((points, index) => (
            <td key={titles[index]} className={numberCell}>
              {points[row]?.mean == null ? 'unstable' : milliseconds(points[row].mean)}
            </td>
          ))}
        </tr>
      ))}
    </Table>
  );
}

function pathOf(points: readonly KneePoint[], x: (load: number) => number, y: (mean: number) => number): string {
  return points
    .map(({ load, mean }, i) => `${i === 0 ? 'M' : 'L'}${x(load).toFixed(1)} ${y(mean ?? 0).toFixed(1)}`)
    .join('');
}

/** Moves labels (by their y) so far apart that they can be read. */
function apart(wanted: readonly number[]): number[] {
  const placed = [...wanted];
  const order = wanted.map((_, index) => index).toSorted((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  let free = TOP;
  for (const index of order) {
    const at = Math.max(placed[index] ?? 0, free);
    placed[index] = at;
    free = at + 16;
  }
  return placed;
}

const KINDS: Readonly<Record<TheoryLine['kind'], string>> = {
  exact: 'exact',
  limit: 'for very many origins',
  bound: 'no strategy is faster',
};

function sentence({ model, kind, about }: TheoryLine, titles: readonly string[]): string {
  const names = about.map((index) => titles[index]).join(', ');
  return kind === 'bound' ? `${model} (${KINDS[kind]})` : `${model} for ${names} (${KINDS[kind]})`;
}

/** 1, 2 and 5 times powers of ten. */
function ticksBetween(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const digit of [1, 2, 5]) {
      const tick = digit * 10 ** power;
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}
