/** A frame of a Python stack. */
export interface PythonFrame {
  readonly function: string
  readonly file: string
  readonly line: number
  /** The folder below `custom_nodes`; `null` for code of nobody's pack. */
  readonly pack: string | null
}

/** A frame, which Python's traceback and faulthandler modules write alike, except for a comma. */
const FRAME = /^ {2}File "(?<file>[^"]+)", line (?<line>\d+),? in (?<name>.+)$/
const PACK = /[\\/]custom_nodes[\\/](?<pack>[^\\/]+)/

/** @returns `null` for a line that is no frame */
export function readFrame(text: string): PythonFrame | null {
  const { file, line, name } = FRAME.exec(text)?.groups ?? {}
  if (file === undefined || name === undefined) return null
  return { function: name, file, line: Number(line), pack: packOf(file) }
}

/** The frames that follow a line, to the end of their indented block. */
export function blockAfter(lines: readonly string[], at: number): PythonFrame[] {
  const rest = lines.slice(at + 1)
  const end = rest.findIndex((line) => !line.startsWith('  '))
  return rest.slice(0, end < 0 ? undefined : end).flatMap((line) => readFrame(line) ?? [])
}

/**
 * Describes where a thread was: `string_at (ctypes/__init__.py:519), called in run (…/x.py:7) of pack X`.
 * @param frames innermost first
 */
export function describePlaces(frames: readonly PythonFrame[]): string | null {
  const [innermost] = frames
  if (!innermost) return null
  const own = frames.find(({ pack }) => pack !== null)
  const place = placeOf(innermost)
  if (!own) return place
  return own === innermost
    ? `${place} of pack ${own.pack}`
    : `${place}, called in ${placeOf(own)} of pack ${own.pack}`
}

function placeOf({ function: name, file, line }: PythonFrame): string {
  return `${name} (${file}:${line})`
}

/** A pack may be a single file. */
function packOf(file: string): string | null {
  const pack = PACK.exec(file)?.groups?.pack
  return pack === undefined ? null : pack.replace(/\.py$/, '')
}
