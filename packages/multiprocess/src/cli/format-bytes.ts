const UNITS = ['B', 'KiB', 'MiB', 'GiB'];

/** A number of bytes for people: `512 B`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const amount = bytes / 1024 ** power;
  return `${amount >= 10 || Number.isInteger(amount) ? Math.round(amount) : amount.toFixed(1)} ${UNITS[power]}`;
}
