// @ts-check

/** @typedef {import('./outcome.mjs').Outcome} Outcome */
/** @typedef {import('./statistics.mjs').Summary} Summary */

/** @param {number} value three digits that matter */
function figure(value) {
  if (Math.abs(value) >= 100) return value.toFixed(0)
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}

/** @param {Summary} summary */
function spread({ median, min, max }) {
  return `${figure(median)} (${figure(min)}-${figure(max)})`
}

/** @param {import('./outcome.mjs').Ratio | null} ratio */
function ratioText(ratio) {
  if (!ratio) return '-'
  const [value, low, high] = [ratio.value, ratio.low, ratio.high].map((one) => one.toFixed(3))
  return `${value} (${low}-${high})`
}

/** @param {import('./outcome.mjs').Target | null} target */
const targetText = (target) => (target?.verdict ? `${target.text}: ${target.verdict}` : (target?.text ?? ''))

/** @param {string} name @param {Outcome} outcome @returns {string} medians, with the range in brackets */
export function table(name, { baseline, measured, rows, notes }) {
  const cells = [
    [name, baseline, measured, '', 'ratio', 'n', 'target'],
    ...rows.map((row) => [
      row.what,
      spread(row.baseline),
      spread(row.measured),
      row.unit,
      ratioText(row.ratio),
      String(row.measured.count),
      targetText(row.target),
    ]),
  ]
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  )
  const lines = cells.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [...lines, ...notes.map((note) => `  ${note}`)].join('\n')
}
