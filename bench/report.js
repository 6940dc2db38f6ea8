/** Measurements as a person reads them: a table, and a picture of the most telling rows. */

/**
 * @typedef {object} Row
 * @property {string} what
 * @property {number} ratio median over the pairs
 * @property {number} low quartile
 * @property {number} high quartile
 * @property {number} a milliseconds
 * @property {number} b milliseconds of the other
 * @property {number} [goal] what the ratio should be at most
 * @property {string} [drawn] what it is called in the picture, if it is there
 */

/** @param {Row} row */
export function tableRow({ what, ratio, low, high, a, b, goal }) {
  const cells = [
    what.replaceAll('|', '\\|'),
    ratio.toFixed(2),
    `${low.toFixed(2)}–${high.toFixed(2)}`,
    goal === undefined ? '' : `≤ ${goal}`,
    a.toFixed(0),
    b.toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}

/**
 * @param {readonly Row[]} rows
 * @param {readonly (readonly [string, string])[]} sizes
 * @param {{ machine: string, node: string, pairs: number, rounds: number, callers: number }} setting
 * @param {string} more what was measured in another way, to be added as it is
 */
export function markdown(rows, sizes, { machine, node, pairs, rounds, callers }, more) {
  return `# Measurements

\`npm run bench\` on ${machine}, Node ${node}: ${pairs} pairs a row, ${rounds} rounds of ${callers}
processes. The ratio is to \`node -e 0\` of the same Node, started the same way in the same run, or to
what the row names; it is the median over the pairs, with the quartiles beside it. Milliseconds
differ from machine to machine, ratios less so. \`test/e2e/budget.test.ts\` holds the counts that do
not depend on a machine: files, bytes, modules and system calls.

| what | ratio | quartiles | goal | ms | ms of the other |
| --- | --- | --- | --- | --- | --- |
${rows.map(tableRow).join('\n')}

| size | |
| --- | --- |
${sizes.map(([what, size]) => `| ${what} | ${size} |`).join('\n')}

${more}`;
}

const line = 26;
const left = 210;
const width = 720;

/**
 * Bars, for light and dark pages alike.
 *
 * @param {readonly Row[]} rows
 * @param {{ node: string }} setting
 */
export function picture(rows, { node }) {
  const bare = { drawn: 'node -e 0', ratio: 1 };
  const bars = [bare, ...rows.flatMap(({ drawn, ratio }) => (drawn ? [{ drawn, ratio }] : []))];
  bars.sort((one, other) => one.ratio - other.ratio);
  const longest = Math.max(...bars.map(({ ratio }) => ratio));
  const scale = (width - left - 120) / longest;
  const drawn = bars.map(({ drawn: name, ratio }, index) => {
    const y = 44 + index * line;
    const ours = name.startsWith('authctl') ? ' class="ours"' : '';
    return `  <text x="${left - 10}" y="${y + 13}" text-anchor="end"${ours}>${escapeXml(name)}</text>
  <rect x="${left}" y="${y}" width="${(ratio * scale).toFixed(1)}" height="${line - 8}" rx="2"${ours}/>
  <text x="${(left + ratio * scale + 8).toFixed(1)}" y="${y + 13}">${ratio.toFixed(2)} ×</text>`;
  });
  const height = 44 + bars.length * line + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Time from start to end, as a multiple of node -e 0">
  <style>
    text { font: 13px system-ui, sans-serif; fill: #24292f }
    text.ours { font-weight: 600 }
    rect { fill: #8c959f }
    rect.ours { fill: #1a7f37 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      rect { fill: #6e7681 }
      rect.ours { fill: #3fb950 }
    }
  </style>
  <text x="${left}" y="24">Time from start to end, as a multiple of node -e 0 (${escapeXml(node)})</text>
${drawn.join('\n')}
</svg>
`;
}

/** @param {string} text */
function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
