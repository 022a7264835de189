import { COLOURS, type Identity } from '../../app/identity.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { PLACES } from './dot-field.ts';
import { type Canvases, MARK_MARGIN, type Scene } from './dot-painter.ts';
import type { FromDots, ToDots } from './dots-worker.ts';
import { arrivalBox, type Box, type Geometry, originsBox } from './geometry.ts';

const MAX_RATIO = 2;

let worker: Worker | undefined;
let ratio = 1;

/** How many requests one dot stands for. */
export function dotRatio(): number {
  return ratio;
}

/** One thread for the page: what is on its way goes on when the stage is laid out anew. */
function thread(): Worker {
  worker ??= new Worker(new URL('./dots-worker.ts', import.meta.url), { type: 'module', name: 'dots' });
  return worker;
}

function tell(message: ToDots, transfer: Transferable[] = []): void {
  thread().postMessage(message, transfer);
}

/** The canvases that dots are drawn on, within `host`, and all that the thread that draws them has to be told. */
export class DotScreen {
  #canvases: Canvases<HTMLCanvasElement>;
  #shown: { readonly geometry: Geometry; readonly identities: ReadonlyMap<string, Identity> } | undefined;
  #ends: (() => void)[] = [];

  constructor(host: HTMLElement, className: string, telemetry: Telemetry) {
    const canvas = (): HTMLCanvasElement => {
      const element = document.createElement('canvas');
      element.className = className;
      host.append(element);
      return element;
    };
    const origins = canvas();
    const arrival = canvas();
    origins.dataset.dots = '0';
    this.#canvases = { arrival, origins };
    const own = { arrival: arrival.transferControlToOffscreen(), origins: origins.transferControlToOffscreen() };
    tell({ canvases: own }, [own.arrival, own.origins]);

    this.#on(thread(), 'message', (event) => this.#report((event as MessageEvent<FromDots>).data));
    // Where pixels are smaller or larger than they were.
    this.#on(window, 'resize', () => this.#send());
    this.#on(document, 'visibilitychange', () => {
      if (document.visibilityState === 'hidden') tell({ clear: true });
    });
    const themes = new MutationObserver(() => this.#send());
    themes.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-projector'] });
    this.#ends.push(
      () => themes.disconnect(),
      telemetry.onFrame((frame) => {
        if (document.visibilityState !== 'hidden') tell({ frame, speed: telemetry.speed });
      }),
      () => tell({ canvases: undefined }),
      () => host.replaceChildren(),
    );
  }

  show(geometry: Geometry, identities: ReadonlyMap<string, Identity>): void {
    this.#shown = { geometry, identities };
    this.#send();
  }

  end(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  #on(target: EventTarget, type: string, listener: (event: Event) => void): void {
    target.addEventListener(type, listener);
    this.#ends.push(() => target.removeEventListener(type, listener));
  }

  #send(): void {
    if (!this.#shown) return;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const scale = Number.parseFloat(style.fontSize) / 16;
    const { geometry } = this.#shown;
    const boxes = {
      arrival: arrivalBox(geometry, MARK_MARGIN * scale),
      origins: originsBox(geometry, PLACES, MARK_MARGIN * scale),
    };
    place(this.#canvases.arrival, boxes.arrival);
    place(this.#canvases.origins, boxes.origins);
    const scene: Scene = {
      ...this.#shown,
      boxes,
      colours: Array.from({ length: COLOURS }, (_, index) => colour(`--id-${index}`)),
      client: colour('--dot-client'),
      bad: colour('--bad'),
      scale,
      ratio: Math.min(MAX_RATIO, window.devicePixelRatio || 1),
    };
    tell({ scene });
  }

  /** Where tests, and the legend, read what is drawn. */
  #report({ live, ratio: now, at }: FromDots): void {
    const { dataset } = this.#canvases.origins;
    ratio = now;
    dataset.dots = String(live);
    if (live > 0) dataset.firstDot ??= String(at - performance.timeOrigin);
  }
}

function place({ style }: HTMLCanvasElement, box: Box): void {
  for (const side of ['left', 'top', 'width', 'height'] as const) style[side] = `${box[side]}px`;
}
