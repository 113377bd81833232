/** @param {string} name */
const markers = (name) => [`<!-- figures of ${name} -->`, `<!-- end of ${name} -->`];

/**
 * Where in a page the figures of `name` stand.
 *
 * @param {string} page
 * @param {string} name
 * @returns {[begin: number, end: number]}
 */
function place(page, name) {
  const [open = '', close = ''] = markers(name);
  const [begin, end] = [page.indexOf(open), page.indexOf(close)];
  if (begin === -1 || end < begin) throw new Error(`The page needs "${open}" and, after it, "${close}"`);
  return [begin + open.length, end];
}

/**
 * The page with other figures between the markers of `name`; the rest stays as it is.
 *
 * @param {string} page
 * @param {string} name
 * @param {readonly string[]} lines
 */
export function fillMarked(page, name, lines) {
  const [begin, end] = place(page, name);
  return `${page.slice(0, begin)}\n\n${lines.join('\n')}\n\n${page.slice(end)}`;
}

/** @param {string} page @param {string} name */
export function markedLines(page, name) {
  return page
    .slice(...place(page, name))
    .split('\n')
    .filter((line) => line !== '');
}

/**
 * The names of all markers of a page.
 *
 * @param {string} page
 * @returns {string[]}
 */
export function markedNames(page) {
  return [...page.matchAll(/<!-- figures of (.+) -->/g)].map((match) => match[1] ?? '');
}
