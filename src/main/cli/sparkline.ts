const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
/** The limit is the top of the line unless it is this many times higher than all that was measured. */
const FAR_ABOVE = 2.5

/** The highest value that a drawing of these has to show: the limit, if they came near it. */
export function ceiling(values: readonly number[], limit: number | null): number {
  const most = values.reduce((largest, value) => Math.max(largest, value), 0)
  return limit !== null && limit > 0 && limit <= most * FAR_ABOVE ? Math.max(limit, most) : most
}

/**
 * Values over time as a line of blocks; the top is the limit, or the largest value where that is far below it.
 * @param values oldest first, none below 0
 * @param width its characters at most; of several values in one the largest is shown
 */
export function sparkline(values: readonly number[], limit: number | null, width: number): string {
  const top = ceiling(values, limit)
  if (top === 0) return ''
  const columns = Math.min(width, values.length)
  return Array.from({ length: columns }, (_, column) => {
    const [from, to] = [column, column + 1].map((at) => Math.floor((at * values.length) / columns))
    const value = Math.max(...values.slice(from, to))
    return BLOCKS[Math.min(BLOCKS.length - 1, Math.floor((value / top) * BLOCKS.length))]
  }).join('')
}
