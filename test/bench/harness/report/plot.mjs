import { format } from './table.mjs';

/**
 * @import { Case, CaseResult, Figure } from '../question.d.ts'
 * @import { Summary } from './statistics.mjs'
 * @import { Machine } from './machine.mjs'
 */

const [WIDTH, LEFT, RIGHT, TOP, ROW, BOTTOM] = [760, 250, 110, 54, 26, 44];

const STYLE = `
    text { font: 13px system-ui, sans-serif; fill: #1f2328; dominant-baseline: central }
    .title { font-size: 15px; font-weight: 600 } .small { font-size: 11px; fill: #59636e }
    .name { text-anchor: end } .tick { text-anchor: middle }
    line { stroke: #d0d7de } .span { stroke: #8c959f; stroke-width: 3; stroke-linecap: round }
    circle { fill: #8c959f } .ours { fill: #1f6feb } .ours-span { stroke: #80b3f5; stroke-width: 3; stroke-linecap: round }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 } .small { fill: #9198a1 }
      line { stroke: #30363d } .span { stroke: #656c76 } .ours { fill: #58a6ff } .ours-span { stroke: #2f5f9e }
    }
  `;

/** @param {string} text */
const escape = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * The contenders of a case as a picture: the median of each as a point, and how far it went from there as a line. One over
 * the other by their medians, the best first, on a logarithmic axis, since they are orders of magnitude apart.
 *
 * @param {string} title
 * @param {Case} one
 * @param {CaseResult} result
 * @param {Machine} machine
 */
export function plot(title, { unit, better }, result, machine) {
  const rows = result.figures
    .flatMap(({ contender, summary }) => (summary === undefined ? [] : [{ contender, summary }]))
    .sort((a, b) => (a.summary.p50 - b.summary.p50) * (better === 'higher' ? -1 : 1));
  /** @param {Summary} summary */
  const span = ({ min, max, p90 }) => [min, better === 'higher' ? max : p90];
  const ends = rows.flatMap(({ summary }) => span(summary)).filter((end) => end > 0);
  const [low, high] = [Math.floor(Math.log10(Math.min(...ends))), Math.ceil(Math.log10(Math.max(...ends)))];
  const height = TOP + rows.length * ROW + BOTTOM;
  /** @param {number} value */
  const x = (value) =>
    (LEFT + ((Math.log10(value) - low) / Math.max(1, high - low)) * (WIDTH - LEFT - RIGHT)).toFixed(1);

  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)).map(
    (value) =>
      `  <line x1="${x(value)}" x2="${x(value)}" y1="${TOP - 8}" y2="${height - BOTTOM}"/>` +
      `<text class="small tick" x="${x(value)}" y="${TOP - 16}">${format(value)}</text>`,
  );
  const marks = rows.map(({ contender, summary }, i) => {
    const y = TOP + (i + 0.5) * ROW;
    const [from = 0, to = 0] = span(summary);
    const [line, point] = isOurs(contender) ? ['ours-span', 'ours'] : ['span', 'theirs'];
    return (
      `  <text class="name" x="${LEFT - 14}" y="${y}">${escape(contender)}</text>` +
      `<line class="${line}" x1="${x(from)}" x2="${x(to)}" y1="${y}" y2="${y}"/>` +
      `<circle class="${point}" cx="${x(summary.p50)}" cy="${y}" r="5"/>` +
      `<text x="${WIDTH - RIGHT + 14}" y="${y}">${format(summary.p50)}</text>`
    );
  });
  const said = rows.map(({ contender, summary }) => `${contender} ${format(summary.p50)}`).join('; ');
  const spread = better === 'higher' ? 'the slowest and the fastest round' : 'the fastest and 9 of 10';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc">
  <title id="title">${escape(`${title}: ${unit}`)}</title>
  <desc id="desc">${escape(`Medians: ${said}.`)}</desc>
  <style>${STYLE}</style>
  <text class="title" x="10" y="18">${escape(`${title}: ${unit}, ${better} is better`)}</text>
${[...ticks, ...marks].join('\n')}
  <text class="small" x="10" y="${height - 16}">${escape(`Median, ${spread}. ${machine.date.slice(0, 10)}, commit ${machine.commit}, ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, CPython ${machine.python}.`)}</text>
</svg>
`;
}

/** @param {Figure['contender']} contender */
function isOurs(contender) {
  return /^(await |two )?(Lock|Queue|Pipe|Pool|Process|Manager)\b/.test(contender);
}
