import type { Frame } from '../../../src/protocol/frame.ts';
import { DotField } from './dot-field.ts';
import { type Canvases, DotPainter, type Scene } from './dot-painter.ts';

/** The dots' own thread: they move on while the page is busy, and the page is not kept busy by them. */

export type ToDots =
  /** New canvases to draw on; none while no dots are to be seen. */
  | { readonly canvases: Canvases | undefined }
  | { readonly scene: Scene }
  /** `speed`: ms of the lab's clock per ms of the page's, where that is not real time. */
  | { readonly frame: Frame; readonly speed: number | undefined }
  /** What is on its way would be out of date when it is seen again. */
  | { readonly clear: true };

/** What the page is told, a few times a second and when the last dot has gone. */
export interface FromDots {
  /** Dots on their way. */
  readonly live: number;
  /** Requests that one dot stands for. */
  readonly ratio: number;
  /** When it was so, ms since the epoch. */
  readonly at: number;
}

/** ms between two reports. */
const REPORT_EVERY = 250;

const field = new DotField();
let canvases: Canvases | undefined;
let scene: Scene | undefined;
let painter: DotPainter | undefined;
let request = 0;
let reported = Number.NEGATIVE_INFINITY;

function draw(now: number): void {
  field.step(now);
  painter?.paint(field, now);
  const { live, ratio } = field;
  if (now - reported >= REPORT_EVERY || live === 0) {
    reported = now;
    self.postMessage({ live, ratio, at: performance.timeOrigin + performance.now() } satisfies FromDots);
  }
  // Nothing on its way, nothing to draw: a quiet lab costs nothing.
  request = live > 0 && painter ? requestAnimationFrame(draw) : 0;
}

function wake(): void {
  if (request === 0 && painter) request = requestAnimationFrame(draw);
}

self.onmessage = ({ data }: MessageEvent<ToDots>): void => {
  if ('frame' in data) field.take(data.frame, performance.now(), data.speed);
  else if ('clear' in data) field.clear();
  else {
    if ('canvases' in data) ({ canvases } = data);
    else ({ scene } = data);
    painter = canvases && scene ? new DotPainter(canvases, scene) : undefined;
  }
  wake();
};
