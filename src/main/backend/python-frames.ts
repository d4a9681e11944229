import { type PythonFrame, readFrame } from '../../common/engine/python-stack'

const PACK = /[\\/]custom_nodes[\\/](?<pack>[^\\/]+)/

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
  const own = frames.find(({ file }) => packOf(file) !== null)
  const place = placeOf(innermost)
  if (!own) return place
  const pack = packOf(own.file)
  return own === innermost
    ? `${place} of pack ${pack}`
    : `${place}, called in ${placeOf(own)} of pack ${pack}`
}

function placeOf({ function: name, file, line }: PythonFrame): string {
  return `${name} (${file}${line === null ? '' : `:${line}`})`
}

/** The folder below `custom_nodes`; `null` for code of nobody's pack. A pack may be a single file. */
function packOf(file: string): string | null {
  const pack = PACK.exec(file)?.groups?.pack
  return pack === undefined ? null : pack.replace(/\.py$/, '')
}
