import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

const PIECE = 4 * 2 ** 20

/** Tells whether a running process holds this text somewhere in its memory, in UTF-8 or in UTF-16. Linux alone. */
export function holdsInMemory(pid: number, text: string): boolean {
  const wanted = [Buffer.from(text), Buffer.from(text, 'utf16le')]
  const file = openSync(`/proc/${pid}/mem`, 'r')
  try {
    return regionsOf(pid).some(([start, end]) => holds(file, start, end, wanted))
  } finally {
    closeSync(file)
  }
}

/** The mappings that can be written to: another may be a file that another process holds. */
function regionsOf(pid: number): [start: number, end: number][] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const found = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line)
      return found ? [[Number.parseInt(found[1] ?? '', 16), Number.parseInt(found[2] ?? '', 16)]] : []
    }) as [number, number][]
}

function holds(file: number, start: number, end: number, wanted: readonly Buffer[]): boolean {
  const longest = Math.max(...wanted.map(({ length }) => length))
  const piece = Buffer.alloc(PIECE)
  for (let at = start; at < end; at += PIECE - longest) {
    try {
      const read = readSync(file, piece, 0, Math.min(PIECE, end - at), at)
      if (wanted.some((text) => piece.subarray(0, read).includes(text))) return true
    } catch {
      // Memory that was given up meanwhile, or that nobody can read.
    }
  }
  return false
}
