/** How long a plot looks back at most. */
const SPAN_SECONDS = 180;
/** A longer time between two looks leaves a gap in the line. */
const GAP_SECONDS = 5;

/** The last minutes of some numbers: a time and a value of each for every look. */
export class History {
  #seconds: number[] = [];
  #values: (number | null)[][];

  /** @param width how many numbers there are */
  constructor(width: number) {
    this.#values = Array.from({ length: width }, () => []);
  }

  add(seconds: number, values: readonly (number | null)[]): void {
    const last = this.#seconds.at(-1);
    if (last === seconds) return; // shown again, by another view
    if (last !== undefined && seconds - last > GAP_SECONDS)
      this.#push(
        last + 1,
        values.map(() => null),
      );
    this.#push(seconds, values);
    const old = this.#seconds.findIndex((one) => one >= seconds - SPAN_SECONDS - 1);
    if (old > 0) {
      this.#seconds = this.#seconds.slice(old);
      this.#values = this.#values.map((line) => line.slice(old));
    }
  }

  /** How much of it there is, in whole minutes: 60, 120 or 180 seconds. */
  get span(): number {
    const seconds = (this.#seconds.at(-1) ?? 0) - (this.#seconds[0] ?? 0);
    return Math.min(SPAN_SECONDS, Math.max(1, Math.ceil(seconds / 60)) * 60);
  }

  #push(seconds: number, values: readonly (number | null)[]): void {
    this.#seconds.push(seconds);
    this.#values.forEach((line, i) => line.push(values[i] ?? null));
  }

  /** Seconds before the latest look, then a line for each of these numbers. */
  columns(which: readonly number[]): [number[], ...(number | null)[][]] {
    const latest = this.#seconds.at(-1) ?? 0;
    return [this.#seconds.map((one) => one - latest), ...which.map((i) => this.#values[i] ?? [])];
  }
}
