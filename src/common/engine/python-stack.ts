/** One frame of Python's, as a traceback names it; `line` is `null` where Python does not tell. */
export interface PythonFrame {
  readonly function: string
  readonly file: string
  readonly line: number | null
}

/** One thread of an engine that hung: its name or, where only that is known, its number; the innermost frame first. */
export interface PythonStack {
  readonly thread: string
  readonly frames: readonly PythonFrame[]
}

/** A frame as Python's traceback and faulthandler modules write it: alike, but for a comma; `???` is a line that is not known. */
const FRAME = /^ {2}File (?:"(?<file>.*)"|\?\?\?), line (?<line>\d+|\?\?\?),? in (?<name>.+)$/

/** @returns `null` for a line that is no frame */
export function readFrame(text: string): PythonFrame | null {
  const { file = '???', line, name } = FRAME.exec(text)?.groups ?? {}
  if (line === undefined || name === undefined) return null
  return { function: name, file, line: line === '???' ? null : Number(line) }
}
