import type { Identity } from '../../app/identity.ts';
import { AT, type DotField, FAILED, MAX_DOTS, OUT, PLACES, RETRY, TO_BALANCER, TO_ORIGIN } from './dot-field.ts';
import { arrivalBox, type Box, edgeCurves, type Geometry, originsBox, straightCurves, Track } from './geometry.ts';

const MAX_RATIO = 2;
const RADIUS = 3.5;
/** CSS pixels around the middle of the largest mark, at scale 1. */
const MARGIN = 7;
/** Answers are quieter than requests: the eye should follow where requests go. */
const ANSWER_ALPHA = 0.5;

/** ms in which a dot sinks into a card's edge and comes up in a slot on it: it never passes over what is written there. */
const ENTER = 240;

/** A canvas that covers one part of the stage. What is drawn each frame is copied each frame, so it is no larger than it must be. */
class Surface {
  readonly context: CanvasRenderingContext2D | null;
  #canvas: HTMLCanvasElement;
  #box: Box;
  #ratio = 1;

  constructor(canvas: HTMLCanvasElement, box: Box) {
    this.#canvas = canvas;
    this.#box = box;
    this.context = canvas.getContext('2d');
    const { style } = canvas;
    for (const side of ['left', 'top', 'width', 'height'] as const) style[side] = `${box[side]}px`;
    this.resize();
  }

  resize(): void {
    this.#ratio = Math.min(MAX_RATIO, window.devicePixelRatio || 1);
    const width = Math.round(this.#box.width * this.#ratio);
    const height = Math.round(this.#box.height * this.#ratio);
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
  }

  /** Nothing is on it any more, and the stage's coordinates hold. */
  clear(): void {
    const { left, top, width, height } = this.#box;
    const ratio = this.#ratio;
    this.context?.setTransform(ratio, 0, 0, ratio, -left * ratio, -top * ratio);
    this.context?.clearRect(left, top, width, height);
  }
}

/** The two canvases over the cards that dots are drawn on. */
export interface Canvases {
  /** From the clients to the balancer. */
  readonly arrival: HTMLCanvasElement;
  /** From the balancer to the slots on the origins' cards. */
  readonly origins: HTMLCanvasElement;
}

/** Draws a DotField. */
export class DotPainter {
  #surfaces: { readonly arrival: Surface; readonly origins: Surface };
  #identities: ReadonlyMap<string, Identity>;
  #arrival: Track;
  #edges: ReadonlyMap<string, Track>;
  #entries: Geometry['origins'];
  #colours: string[] = [];
  #client = '';
  #bad = '';
  #scale = 1;

  constructor({ arrival, origins }: Canvases, geometry: Geometry, identities: ReadonlyMap<string, Identity>) {
    this.#identities = identities;
    this.#arrival = new Track(straightCurves(geometry.clientsOut, geometry.balancerIn));
    this.#edges = new Map(
      [...geometry.origins].map(([name, entry]) => [name, new Track(edgeCurves(geometry.balancerOut, entry))]),
    );
    this.#entries = geometry.origins;
    this.readColours();
    const margin = MARGIN * this.#scale;
    this.#surfaces = {
      arrival: new Surface(arrival, arrivalBox(geometry, margin)),
      origins: new Surface(origins, originsBox(geometry, PLACES, margin)),
    };
  }

  readColours(): void {
    const style = getComputedStyle(document.documentElement);
    const value = (name: string): string => style.getPropertyValue(name).trim();
    this.#colours = Array.from({ length: 7 }, (_, index) => value(`--id-${index}`));
    this.#client = value('--dot-client');
    this.#bad = value('--bad');
    this.#scale = Number.parseFloat(style.fontSize) / 16;
  }

  /** The window moved to a screen with other pixels. */
  resize(): void {
    this.#surfaces.arrival.resize();
    this.#surfaces.origins.resize();
  }

  paint(field: DotField, now: number): void {
    const { arrival, origins } = this.#surfaces;
    arrival.clear();
    origins.clear();
    for (let dot = 0; dot < MAX_DOTS; dot++) {
      const direction = field.direction[dot];
      if (!direction) continue;
      const age = now - (field.born[dot] ?? 0);
      if (age < 0) continue;
      if (direction !== AT) this.#place(field, dot, direction === OUT, age);
      else if (origins.context) this.#sit(origins.context, field, dot, age);
    }
  }

  /** In its slot, or going under at the card's edge. */
  #sit(context: CanvasRenderingContext2D, field: DotField, dot: number, age: number): void {
    const origin = field.origin[dot] ?? '';
    const entry = this.#entries.get(origin);
    if (!entry) return;
    const colour = this.#colours[this.#identities.get(origin)?.colour ?? 0] ?? '';
    const look = field.look[dot] ?? 0;
    const share = Math.min(1, age / ENTER);
    context.globalAlpha = 1;
    if (share < 0.5) drawShape(context, entry.x, entry.y, look, colour, this.#scale * (1 - 2 * share));
    else if (entry.slots) {
      const { x, y, pitch } = entry.slots;
      const size = this.#scale * 0.85 * (2 * share - 1);
      drawShape(context, x + (field.seat[dot] ?? 0) * pitch, y, look, colour, size);
    }
  }

  #place(field: DotField, dot: number, out: boolean, age: number): void {
    const origin = field.origin[dot] ?? '';
    const edge = this.#edges.get(origin);
    if (origin !== '' && !edge) return;
    const whole = field.whole[dot] === 1;
    const toOrigin = edge ? TO_ORIGIN : 0;
    // One length of way: clients … balancer … origin, walked forwards or backwards.
    const first = whole ? TO_BALANCER : 0;
    const at = out ? age : first + toOrigin - age;
    const onEdge = at > first;
    if (onEdge && !edge) return;
    const track = onEdge && edge ? edge : this.#arrival;
    const { context } = onEdge ? this.#surfaces.origins : this.#surfaces.arrival;
    if (!context) return;
    const share = onEdge ? (at - first) / TO_ORIGIN : at / TO_BALANCER;
    const look = field.look[dot] ?? 0;
    const colour = this.#colours[this.#identities.get(origin)?.colour ?? 0] ?? '';
    context.globalAlpha = out || look === FAILED ? 1 : ANSWER_ALPHA;
    // On the way in nobody has chosen yet, so the dot has no origin's colour.
    const own = out && !onEdge ? this.#client : look === FAILED ? this.#bad : colour;
    drawShape(context, track.x(share), track.y(share), look, own, this.#scale * (out ? 1 : 0.85));
  }
}

function drawShape(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  look: number,
  colour: string,
  scale: number,
): void {
  const r = RADIUS * scale;
  context.beginPath();
  if (look === FAILED) {
    const arm = r * 1.25;
    context.moveTo(x - arm, y - arm);
    context.lineTo(x + arm, y + arm);
    context.moveTo(x + arm, y - arm);
    context.lineTo(x - arm, y + arm);
    context.lineWidth = 2.2 * scale;
    context.strokeStyle = colour;
    context.stroke();
  } else if (look === RETRY) {
    const arm = r * 1.5;
    context.moveTo(x, y - arm);
    context.lineTo(x + arm, y);
    context.lineTo(x, y + arm);
    context.lineTo(x - arm, y);
    context.closePath();
    context.lineWidth = 1.8 * scale;
    context.strokeStyle = colour;
    context.stroke();
  } else {
    context.arc(x, y, r, 0, Math.PI * 2);
    context.fillStyle = colour;
    context.fill();
  }
}
