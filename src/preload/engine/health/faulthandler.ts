import { type PythonFrame, type PythonStack, readFrame } from '../../../common/engine/python-stack'

/** Most threads and frames kept: what is deeper is the same loop again. */
const MAX_THREADS = 64
const MAX_FRAMES = 60

/** `Thread 0x00007f12 (most recent call first):`, `Current thread …`, from Python 3.14 on with the thread's name. */
const THREAD = /^(?:Current thread|Thread) (0x[0-9a-f]+)(?: \[(.*)\])? \(most recent call first\):/
/** The first line of a dump that Python's watchdog writes. */
const START = /^Timeout \(.*\)!$/
/** Frames of the probe's: its hooks stand between the engine's own, and its own thread is none of the engine's. */
const OWN_FILE = /[\\/]studio_probe[\\/]/
const OWN_THREAD = /[\\/]studio_probe[\\/]pulse\.py$/

/**
 * Reads the stacks of all threads as Python's `faulthandler` writes them (CPython's `Python/traceback.c`); lines of other
 * forms are left out, as a custom node can write into any descriptor.
 * @param names by thread number, for those that are known
 */
export function parseStacks(text: string, names: ReadonlyMap<string, string> = new Map()): PythonStack[] {
  const stacks: { thread: string; frames: PythonFrame[] }[] = []
  for (const line of text.split('\n')) {
    const [, id, name] = THREAD.exec(line) ?? []
    if (id !== undefined) {
      stacks.push({ thread: names.get(id) ?? name ?? id, frames: [] })
      continue
    }
    const frame = readFrame(line)
    const frames = stacks.at(-1)?.frames
    if (frame === null || frames === undefined || frames.length >= MAX_FRAMES) continue
    frames.push({ ...frame, function: unescaped(frame.function), file: unescaped(frame.file) })
  }
  return withoutProbe(stacks)
}

/** The threads of the engine, bounded in number, without what is the probe's of them. */
export function withoutProbe(stacks: readonly PythonStack[]): PythonStack[] {
  return stacks
    .filter(({ frames }) => !frames.some(({ file }) => OWN_THREAD.test(file)))
    .slice(0, MAX_THREADS)
    .map(({ thread, frames }) => ({ thread, frames: frames.filter(({ file }) => !OWN_FILE.test(file)) }))
}

/** Letters that are not ASCII come as `\xe9`, `\u20ac` and `\U0001f600`. */
function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))/g, (whole, ...codes: unknown[]) => {
    const code = Number.parseInt(String(codes.slice(0, 3).find((found) => found !== undefined)), 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

/** Text kept of one dump, in UTF-16 code units: 64 threads of 100 frames each. */
const MAX_DUMP_LENGTH = 1 << 20

/** The watchdog's connection: the last dump, as far as it has come. */
export class WatchdogText {
  #rest = ''
  #dump = ''

  /** @returns true where a new dump begins */
  push(text: string): boolean {
    const lines = (this.#rest + text).split('\n')
    this.#rest = (lines.pop() ?? '').slice(-MAX_DUMP_LENGTH)
    let begins = false
    for (const line of lines) {
      if (START.test(line)) {
        this.#dump = ''
        begins = true
      } else if (this.#dump.length < MAX_DUMP_LENGTH) this.#dump += `${line}\n`
    }
    return begins
  }

  get dump(): string {
    return this.#dump
  }
}
