interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where things are on the stage, in CSS pixels from its top left corner. */
export interface Geometry {
  readonly clientsOut: Point;
  readonly balancerIn: Point;
  readonly balancerOut: Point;
  /** Where each origin's card is entered. */
  readonly origins: ReadonlyMap<string, Entry>;
}

export interface Entry extends Point {
  /** The middle of the first of its card's slots, and how far one is from the next; absent where they are not seen. */
  readonly slots?: { readonly x: number; readonly y: number; readonly pitch: number };
  /** Whether others of its row are entered at the same place. */
  readonly shared?: true;
  /** For cards behind others: the gap through which the edge passes, from `from` to `to`. */
  readonly gap?: { readonly from: number; readonly to: number; readonly y: number };
}

type Curve = readonly [Point, Point, Point, Point];

function curve(from: Point, to: Point): Curve {
  const reach = (to.x - from.x) * 0.5;
  return [from, { x: from.x + reach, y: from.y }, { x: to.x - reach, y: to.y }, to];
}

/** From the balancer to a card: one curve, or curve, straight and curve where another column stands in front. */
export function edgeCurves(from: Point, { gap, ...to }: Entry): Curve[] {
  if (!gap) return [curve(from, to)];
  const enter = { x: gap.from, y: gap.y };
  const leave = { x: gap.to, y: gap.y };
  return [curve(from, enter), curve(enter, leave), curve(leave, to)];
}

export function straightCurves(from: Point, to: Point): Curve[] {
  return [curve(from, to)];
}

/** A rectangle on the stage, in CSS pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Whole pixels, so that a canvas of this size is sharp. */
function around(points: readonly Point[], margin: number): Box {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const left = Math.floor(Math.min(...xs) - margin);
  const top = Math.floor(Math.min(...ys) - margin);
  return {
    left,
    top,
    width: Math.ceil(Math.max(...xs) + margin) - left,
    height: Math.ceil(Math.max(...ys) + margin) - top,
  };
}

/** All that dots on their way between clients and balancer can cover. @param margin CSS pixels a dot takes around its middle */
export function arrivalBox({ clientsOut, balancerIn }: Geometry, margin: number): Box {
  return around([clientsOut, balancerIn], margin);
}

/** All that dots on their way to the origins, and in the first `places` slots there, can cover. */
export function originsBox({ balancerOut, origins }: Geometry, places: number, margin: number): Box {
  const ends = [...origins.values()].flatMap(({ slots, gap, ...entry }) => [
    entry,
    ...(slots ? [{ x: slots.x + (places - 1) * slots.pitch, y: slots.y }] : []),
    ...(gap ? [{ x: gap.from, y: gap.y }] : []),
  ]);
  return around([balancerOut, ...ends], margin);
}

const short = (value: number): number => Math.round(value * 10) / 10;

/** As the `d` of an SVG path. */
export function pathData(curves: readonly Curve[]): string {
  return curves
    .map(([a, b, c, d], index) => {
      const start = index === 0 ? `M${short(a.x)} ${short(a.y)}` : '';
      return `${start}C${short(b.x)} ${short(b.y)} ${short(c.x)} ${short(c.y)} ${short(d.x)} ${short(d.y)}`;
    })
    .join('');
}

const SAMPLES = 48;

/** A path that can be walked at an even pace: positions looked up by the share of its length. */
export class Track {
  #x: Float32Array;
  #y: Float32Array;

  constructor(curves: readonly Curve[]) {
    const xs: number[] = [];
    const ys: number[] = [];
    for (const [a, b, c, d] of curves) {
      for (let step = 0; step <= SAMPLES; step++) {
        const t = step / SAMPLES;
        const u = 1 - t;
        const [wa, wb, wc, wd] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
        xs.push(wa * a.x + wb * b.x + wc * c.x + wd * d.x);
        ys.push(wa * a.y + wb * b.y + wc * c.y + wd * d.y);
      }
    }
    const lengths = [0];
    for (let i = 1; i < xs.length; i++) {
      lengths.push(
        (lengths[i - 1] ?? 0) + Math.hypot((xs[i] ?? 0) - (xs[i - 1] ?? 0), (ys[i] ?? 0) - (ys[i - 1] ?? 0)),
      );
    }
    const total = lengths[lengths.length - 1] ?? 0;
    this.#x = new Float32Array(SAMPLES + 1);
    this.#y = new Float32Array(SAMPLES + 1);
    let at = 0;
    for (let step = 0; step <= SAMPLES; step++) {
      const wanted = (step / SAMPLES) * total;
      while (at < lengths.length - 2 && (lengths[at + 1] ?? 0) < wanted) at++;
      const span = (lengths[at + 1] ?? 0) - (lengths[at] ?? 0);
      const part = span === 0 ? 0 : (wanted - (lengths[at] ?? 0)) / span;
      this.#x[step] = (xs[at] ?? 0) + ((xs[at + 1] ?? 0) - (xs[at] ?? 0)) * part;
      this.#y[step] = (ys[at] ?? 0) + ((ys[at + 1] ?? 0) - (ys[at] ?? 0)) * part;
    }
  }

  x(share: number): number {
    return lookUp(this.#x, share);
  }

  y(share: number): number {
    return lookUp(this.#y, share);
  }
}

function lookUp(values: Float32Array, share: number): number {
  const at = Math.min(1, Math.max(0, share)) * SAMPLES;
  const low = Math.floor(at);
  const a = values[low] ?? 0;
  const b = values[Math.min(SAMPLES, low + 1)] ?? a;
  return a + (b - a) * (at - low);
}
