import { frameLines, missedLine } from '../protocol/attempt-line.ts';
import { decodeFrame, type Frame } from '../protocol/frame.ts';
import type { Lab } from './lab.ts';
import { RotatingFile } from './rotating-file.ts';
import { writeProblem } from './write-problem.ts';

export interface AccessLogOptions {
  readonly file: string;
  /** Bytes of one file, and how many files there may be, the older ones as FILE.1, FILE.2 … */
  readonly maxBytes: number;
  readonly files: number;
}

/** ms after which a file that could not be written is tried again. */
const TRY_AGAIN = 1000;

/**
 * Writes every attempt of a lab to a file, one JSON line each, the same as `GET /api/events`. While the file cannot be written the
 * lab runs on; `{"missed":N}` then stands in the place of what is missing. Frames are acknowledged when they are written, so a slow disk
 * slows nothing and fills no memory.
 */
export class AccessLog {
  readonly #options: AccessLogOptions;
  readonly #notice: (sentence: string) => void;
  readonly #file: RotatingFile;
  readonly #ended: Promise<void>;
  #work: Promise<void> = Promise.resolve();
  #missed = 0;
  #failedAt = Number.NEGATIVE_INFINITY;

  /** Begins to write; what goes wrong becomes a notice of the lab, once. */
  constructor(lab: Lab, options: AccessLogOptions) {
    this.#options = options;
    this.#notice = (sentence) => lab.notice(sentence);
    this.#file = new RotatingFile(options.file, options.maxBytes, options.files);
    const subscription = lab.subscribe(
      (bytes) => {
        const frame = decodeFrame(bytes);
        this.#work = this.#work.then(async () => {
          await this.#take(frame);
          subscription.acknowledge(frame.sequence);
        });
      },
      { everything: true },
    );
    this.#ended = subscription.ended;
  }

  /** Waits, after the lab has stopped, until all of it is written. */
  async close(): Promise<void> {
    await this.#ended;
    await this.#work;
    if (this.#missed > 0) await this.#write([]);
    await this.#file.close();
  }

  async #take(frame: Frame): Promise<void> {
    // The first frame says that the file can be written before there is anything to say.
    if (frame.ended === 0 && !frame.snapshot) return;
    if (performance.now() - this.#failedAt < TRY_AGAIN) this.#missed += frame.ended;
    else await this.#write(frameLines(frame), frame.ended);
  }

  /** @param attempts how many attempts the lines tell of */
  async #write(lines: readonly string[], attempts = 0): Promise<void> {
    const late = this.#missed > 0 ? [missedLine(this.#missed)] : [];
    const all = [...late, ...lines];
    try {
      const written = await this.#file.append(all);
      this.#missed = written === all.length ? 0 : Math.max(0, attempts - (written - late.length));
    } catch (error) {
      this.#missed += attempts;
      this.#failedAt = performance.now();
      this.#notice(this.#sentence(error));
    }
  }

  #sentence(error: unknown): string {
    return `The access log ${this.#options.file} cannot be written: ${writeProblem(error)}. The lab runs on, and tries the log again every second.`;
  }
}
