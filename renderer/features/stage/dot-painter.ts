import type { Identity } from '../../app/identity.ts';
import { AT, type DotField, FAILED, MAX_DOTS, OUT, RETRY, TO_BALANCER, TO_ORIGIN } from './dot-field.ts';
import { edgeCurves, type Geometry, straightCurves, Track } from './geometry.ts';

const MAX_RATIO = 2;
const RADIUS = 3.5;
/** Answers are quieter than requests: the eye should follow where requests go. */
const ANSWER_ALPHA = 0.5;

/** ms in which a dot sinks into a card's edge and comes up in a slot on it: it never passes over what is written there. */
const ENTER = 240;

/** Draws a DotField on a canvas that lies over the cards. */
export class DotPainter {
  #canvas: HTMLCanvasElement;
  #context: CanvasRenderingContext2D | null;
  #identities: ReadonlyMap<string, Identity>;
  #arrival: Track;
  #edges: ReadonlyMap<string, Track>;
  #entries: Geometry['origins'];
  #colours: string[] = [];
  #client = '';
  #bad = '';
  #ratio = 1;
  #scale = 1;

  constructor(canvas: HTMLCanvasElement, geometry: Geometry, identities: ReadonlyMap<string, Identity>) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    this.#identities = identities;
    this.#arrival = new Track(straightCurves(geometry.clientsOut, geometry.balancerIn));
    this.#edges = new Map(
      [...geometry.origins].map(([name, entry]) => [name, new Track(edgeCurves(geometry.balancerOut, entry))]),
    );
    this.#entries = geometry.origins;
    this.readColours();
    this.resize();
  }

  readColours(): void {
    const style = getComputedStyle(document.documentElement);
    const value = (name: string): string => style.getPropertyValue(name).trim();
    this.#colours = Array.from({ length: 7 }, (_, index) => value(`--id-${index}`));
    this.#client = value('--dot-client');
    this.#bad = value('--bad');
    this.#scale = Number.parseFloat(style.fontSize) / 16;
  }

  resize(): void {
    this.#ratio = Math.min(MAX_RATIO, window.devicePixelRatio || 1);
    const width = Math.round(this.#canvas.clientWidth * this.#ratio);
    const height = Math.round(this.#canvas.clientHeight * this.#ratio);
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
  }

  paint(field: DotField, now: number): void {
    const context = this.#context;
    if (!context) return;
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    for (let dot = 0; dot < MAX_DOTS; dot++) {
      const direction = field.direction[dot];
      if (!direction) continue;
      const age = now - (field.born[dot] ?? 0);
      if (age < 0) continue;
      if (direction === AT) this.#sit(context, field, dot, age);
      else this.#place(context, field, dot, direction === OUT, age);
    }
    context.globalAlpha = 1;
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

  #place(context: CanvasRenderingContext2D, field: DotField, dot: number, out: boolean, age: number): void {
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
