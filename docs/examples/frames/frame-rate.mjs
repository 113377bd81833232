/** Shows how many frames arrive in a second, twice a second. */
export class FrameRate {
  frames = 0;
  #begin = performance.now();
  #shown = { at: performance.now(), frames: 0 };

  tell(checksum) {
    this.frames++;
    const now = performance.now();
    const seconds = (now - this.#shown.at) / 1000;
    if (seconds < 0.5) return;
    const rate = (this.frames - this.#shown.frames) / seconds;
    console.log(`${rate.toFixed(1)} frames/s, frame ${this.frames} has the checksum ${checksum.toString(16)}`);
    this.#shown = { at: now, frames: this.frames };
  }

  end() {
    const seconds = (performance.now() - this.#begin) / 1000;
    console.log(`${this.frames} frames in all, ${(this.frames / seconds).toFixed(1)} a second`);
  }
}
