// @ts-check

/** @typedef {{ write(text: string): unknown, isTTY?: boolean }} Terminal */
/** @typedef {{ update(doneBytes: number): void, end(): void }} Progress */

const megabytes = (/** @type {number} */ bytes) => `${Math.round(bytes / 1e6)} MB`

/**
 * Shows how much has arrived: one rewritten line on a terminal, a line for every quarter elsewhere.
 * @param {{ label: string, totalBytes: number, terminal: Terminal }} options
 * @returns {Progress}
 */
export function showProgress({ label, totalBytes, terminal }) {
  const step = terminal.isTTY ? 1 : 25
  let shown = 0
  return {
    update(doneBytes) {
      const percent = Math.min(100, Math.floor((doneBytes / totalBytes) * 100))
      if (percent < shown + step) return
      shown = percent - (percent % step)
      const line = `${label}: ${shown} % of ${megabytes(totalBytes)}`
      terminal.write(terminal.isTTY ? `\r${line}\x1b[K` : `${line}\n`)
    },
    end() {
      if (terminal.isTTY && shown > 0) terminal.write('\n')
    },
  }
}
