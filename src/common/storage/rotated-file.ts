import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { appendLines } from './append-lines'
import { ensureFolder } from './data-folder'
import { errorCode, errorMessage } from './errors'
import { setAside } from './set-aside'

export interface RotatedFileOptions {
  /** The newest file, `<folder>/monitor.jsonl`; older ones are `monitor.1.jsonl`, `monitor.2.jsonl`, ... */
  readonly path: string
  /** Size that a file never grows beyond, in bytes; a single longer line is written whole. */
  readonly maxBytes: number
  /** Files kept, the newest included; at least 1. */
  readonly maxFiles: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Makes the line that stands for the lines lost while writing failed. */
  readonly lostLine: (count: number) => string
  /** Called with the new path of whatever stood in the file's place. Must not write here. */
  readonly onSetAside?: (movedTo: string) => void
  /**
   * Called once when writing fails (`reason`) and once when it works again (`null`, lines lost). Must not
   * write here.
   */
  readonly onChange?: (reason: string | null, lost: number) => void
}

/** Appends lines synchronously, so that the last ones before a crash are on disk. No call throws. */
export class RotatedFile {
  private fd: number | null = null
  private lost = 0
  private failing = false

  constructor(private readonly options: RotatedFileOptions) {}

  /** @param lines without trailing line breaks; they are written, or lost, together */
  append(...lines: readonly string[]): void {
    try {
      const lost = this.lost > 0 ? [this.options.lostLine(this.lost)] : []
      this.write([...lost, ...lines, ''].join('\n'))
      this.succeeded()
    } catch (error) {
      this.failed(error, lines.length)
    }
  }

  close(): void {
    if (this.fd === null) return
    try {
      closeSync(this.fd)
    } catch {
      // Closing may report a late write error; nothing more can be done for the lines.
    }
    this.fd = null
  }

  private write(text: string): void {
    const bytes = Buffer.from(text)
    let fd = this.openInPlace()
    const size = fstatSync(fd).size
    if (size > 0 && size + bytes.length > this.options.maxBytes) {
      this.rotate()
      fd = this.openInPlace()
    }
    appendLines(fd, bytes)
  }

  /** Returns the open file, reopened if somebody deleted or moved it. */
  private openInPlace(): number {
    const { path, now } = this.options
    if (this.fd !== null && fstatSync(this.fd).ino !== statSync(path, { throwIfNoEntry: false })?.ino)
      this.close()
    if (this.fd !== null) return this.fd
    ensureFolder(dirname(path), now())
    this.makeRoom(path)
    this.fd = openSync(path, 'a+', 0o600)
    return this.fd
  }

  private rotate(): void {
    this.close()
    const { path, maxFiles } = this.options
    for (let n = maxFiles - 1; n >= 0; n--) {
      const from = numbered(path, n)
      this.makeRoom(from)
      if (n === maxFiles - 1) rmSync(from, { force: true })
      else if (statSync(from, { throwIfNoEntry: false })) renameSync(from, numbered(path, n + 1))
    }
  }

  /** Moves away anything that is not a log of ours: a folder, a pipe, a link, a file that we cannot open. */
  private makeRoom(path: string): void {
    if (isForeign(path)) this.options.onSetAside?.(setAside(path, this.options.now()))
  }

  private succeeded(): void {
    const { failing, lost } = this
    this.failing = false
    this.lost = 0
    if (failing) this.options.onChange?.(null, lost)
  }

  private failed(error: unknown, lines: number): void {
    this.lost += lines
    // The next attempt opens by name: the folder may be another one by then.
    this.close()
    if (this.failing) return
    this.failing = true
    this.options.onChange?.(errorMessage(error), this.lost)
  }
}

/** False for a link that leads to a file: it is the user's wish. */
function isForeign(path: string): boolean {
  const entry = lstatSync(path, { throwIfNoEntry: false })
  if (!entry) return false
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return !statSync(path).isFile()
  } catch (error) {
    // A read-only disk is not the file's fault.
    return errorCode(error) !== 'EROFS'
  }
}

function numbered(path: string, n: number): string {
  if (n === 0) return path
  const extension = extname(path)
  return join(dirname(path), `${basename(path, extension)}.${n}${extension}`)
}
