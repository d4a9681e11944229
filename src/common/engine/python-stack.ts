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
