import type { Identity } from '../../app/identity.ts';
import { AT, type DotField, FAILED, MAX_DOTS, OUT, RETRY, TO_BALANCER, TO_ORIGIN } from './dot-field.ts';
import { type Box, edgeCurves, type Geometry, straightCurves, Track } from './geometry.ts';

const RADIUS = 3.5;
/** CSS pixels that the largest mark takes around its middle, at scale 1. */
export const MARK_MARGIN = 7;
/** Answers are quieter than requests: the eye should follow where requests go. */
const ANSWER_ALPHA = 0.5;

/** ms in which a dot sinks into a card's edge and comes up in a slot on it: it never passes over what is written there. */
const ENTER = 240;

/** A canvas for each part of the stage that dots cover, so that what is copied each frame is no larger than it must be. */
export interface Canvases<T = OffscreenCanvas> {
  /** From the clients to the balancer. */
  readonly arrival: T;
  /** From the balancer to the slots on the origins' cards. */
  readonly origins: T;
}

/** All that decides where and how dots are drawn. */
export interface Scene {
  readonly geometry: Geometry;
  readonly identities: ReadonlyMap<string, Identity>;
  /** What each canvas covers. */
  readonly boxes: Canvases<Box>;
  /** Colours of origins, by number. */
  readonly colours: readonly string[];
  /** Colours of what has no origin yet, and of what failed. */
  readonly client: string;
  readonly bad: string;
  /** 1, more when projected. */
  readonly scale: number;
  /** Pixels per CSS pixel. */
  readonly ratio: number;
}

class Surface {
  readonly context: OffscreenCanvasRenderingContext2D | null;
  #box: Box;
  #ratio: number;

  constructor(canvas: OffscreenCanvas, box: Box, ratio: number) {
    this.#box = box;
    this.#ratio = ratio;
    this.context = canvas.getContext('2d');
    canvas.width = Math.round(box.width * ratio);
    canvas.height = Math.round(box.height * ratio);
  }

  /** Nothing is on it any more, and the stage's coordinates hold. */
  clear(): void {
    const { left, top, width, height } = this.#box;
    const ratio = this.#ratio;
    this.context?.setTransform(ratio, 0, 0, ratio, -left * ratio, -top * ratio);
    this.context?.clearRect(left, top, width, height);
  }
}

/** Draws a DotField. */
export class DotPainter {
  #scene: Scene;
  #surfaces: Canvases<Surface>;
  #arrival: Track;
  #edges: ReadonlyMap<string, Track>;

  constructor({ arrival, origins }: Canvases, scene: Scene) {
    const { geometry, boxes, ratio } = scene;
    this.#scene = scene;
    this.#arrival = new Track(straightCurves(geometry.clientsOut, geometry.balancerIn));
    this.#edges = new Map(
      [...geometry.origins].map(([name, entry]) => [name, new Track(edgeCurves(geometry.balancerOut, entry))]),
    );
    this.#surfaces = {
      arrival: new Surface(arrival, boxes.arrival, ratio),
      origins: new Surface(origins, boxes.origins, ratio),
    };
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

  #colourOf(origin: string): string {
    const { identities, colours } = this.#scene;
    return colours[identities.get(origin)?.colour ?? 0] ?? '';
  }

  /** In its slot, or going under at the card's edge. */
  #sit(context: OffscreenCanvasRenderingContext2D, field: DotField, dot: number, age: number): void {
    const origin = field.origin[dot] ?? '';
    const entry = this.#scene.geometry.origins.get(origin);
    if (!entry) return;
    const colour = this.#colourOf(origin);
    const look = field.look[dot] ?? 0;
    const share = Math.min(1, age / ENTER);
    context.globalAlpha = 1;
    if (share < 0.5) drawShape(context, entry.x, entry.y, look, colour, this.#scene.scale * (1 - 2 * share));
    else if (entry.slots) {
      const { x, y, pitch } = entry.slots;
      const size = this.#scene.scale * 0.85 * (2 * share - 1);
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
    const colour = this.#colourOf(origin);
    context.globalAlpha = out || look === FAILED ? 1 : ANSWER_ALPHA;
    // On the way in nobody has chosen yet, so the dot has no origin's colour.
    const own = out && !onEdge ? this.#scene.client : look === FAILED ? this.#scene.bad : colour;
    drawShape(context, track.x(share), track.y(share), look, own, this.#scene.scale * (out ? 1 : 0.85));
  }
}

function drawShape(
  context: OffscreenCanvasRenderingContext2D,
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
