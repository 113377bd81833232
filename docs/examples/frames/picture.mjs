export const WIDTH = 1920;
export const HEIGHT = 1080;
/** Red, green, blue and alpha, a byte each. */
export const FRAME_BYTES = WIDTH * HEIGHT * 4;

/** What the camera sees: stripes that move from frame to frame. */
export function pixelOf(number, i) {
  return (0xff000000 | (((i + number * 8) & 0xff) * 0x010101)) >>> 0;
}

/** The negative of a pixel, with the same alpha. */
export function inverted(pixel) {
  return (pixel ^ 0x00ffffff) >>> 0;
}
