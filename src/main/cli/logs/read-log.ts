import { errorMessage } from '../../../common/storage/errors'
import { type LogLine, parseLine } from './line'
import type { LogsOptions } from './options'
import { type LogSource, logFiles, readPiece } from './source'

export interface LogsOnDisk {
  /** Oldest first. */
  readonly lines: readonly LogLine[]
  readonly problems: readonly string[]
  /** False where there is no log yet. */
  readonly isThere: boolean
}

/**
 * Tells whether a line is shown.
 * @param near the time of the line; of one that tells none that of the line before it, else of the one behind it, else `NaN`
 */
export type IsWanted = (line: LogLine, near: number) => boolean

/**
 * Reads the newest lines that are wanted of each log, as many as are asked for. Older files are opened only where the newer
 * ones have too few; without a limit all are, as a clock may have been set back. Never throws.
 * @param until how much of the newest file of each log is read, in bytes; all where it is left out
 */
export function newestLines(
  dataFolder: string,
  { sources, limit }: Pick<LogsOptions, 'sources' | 'limit'>,
  isWanted: IsWanted,
  until: ReadonlyMap<LogSource, number> = new Map(),
): LogsOnDisk {
  const problems: string[] = []
  let isThere = false
  const lines = sources.flatMap((source) => {
    const found: LogLine[][] = []
    let count = 0
    for (const [age, file] of logFiles(dataFolder, source).entries()) {
      const text = textOf(file, problems, age === 0 ? until.get(source) : undefined)
      // A file may be missing between others: while they are renamed, or because somebody has deleted it.
      if (text === null) continue
      isThere = true
      const wanted = wantedLines(source, text, limit === null ? null : limit - count, isWanted)
      found.push(wanted)
      count += wanted.length
      if (limit !== null && count >= limit) break
    }
    return found.reverse().flat()
  })
  const all = inOrder(lines)
  return { lines: limit === null ? all : all.slice(-limit), problems, isThere }
}

function textOf(file: string, problems: string[], until: number | undefined): string | null {
  try {
    return readPiece(file, 0, true, until)?.text ?? null
  } catch (error) {
    problems.push(`a log could not be read: ${errorMessage(error)}`)
    return null
  }
}

/** Takes lines from the end on. @returns them oldest first */
function wantedLines(source: LogSource, text: string, limit: number | null, isWanted: IsWanted): LogLine[] {
  const wanted: LogLine[] = []
  let withoutTime: LogLine[] = []
  let near = Number.NaN
  const take = (line: LogLine) => {
    if (isWanted(line, near)) wanted.push(line)
  }
  let end = text.length
  while (end > 0 && (limit === null || wanted.length < limit)) {
    const start = text.lastIndexOf('\n', end - 1) + 1
    const raw = text.slice(start, end)
    end = start - 1
    if (raw.trim() === '') continue
    const line = parseLine(source, raw)
    if (Number.isNaN(line.at)) {
      withoutTime.push(line)
      continue
    }
    near = line.at
    withoutTime.forEach(take)
    withoutTime = []
    take(line)
  }
  withoutTime.forEach(take)
  return wanted.reverse()
}

/** Both logs in the order of time; a line without one stays behind the line before it. */
export function inOrder(lines: readonly LogLine[]): LogLine[] {
  let before = 0
  const timed = lines.map((line) => {
    before = Number.isNaN(line.at) ? before : line.at
    return { line, at: before }
  })
  return timed.sort((a, b) => a.at - b.at).map(({ line }) => line)
}
