import type { PythonFrame, PythonStack } from '../../../common/engine/python-stack'

/** The names that threads get here, whatever Python calls them. */
export const WORKER = 'prompt_worker'
export const MAIN = 'MainThread'

/** Functions in which a thread waits for something to do, by the file they are in. */
const WAITS: readonly (readonly [file: RegExp, names: RegExp])[] = [
  [/[\\/]selectors\.py$/, /^select$/],
  [/[\\/]asyncio[\\/]windows_events\.py$/, /^(?:_poll|select)$/],
  [/[\\/]threading\.py$/, /^(?:wait|_wait_for_tstate_lock|join|acquire)$/],
  [/[\\/]concurrent[\\/]futures[\\/]thread\.py$/, /^_worker$/],
  [/[\\/]queue\.py$/, /^get$/],
  [/[\\/]multiprocessing[\\/]/, /^(?:_recv|_poll|wait|poll|get)$/],
  [/[\\/]socket\.py$/, /^(?:accept|readinto)$/],
]

const CUSTOM_NODES = /[\\/]custom_nodes[\\/]/
/** Libraries, Python's own and others'. */
const LIBRARY =
  /[\\/](?:site-packages|dist-packages|lib[\\/]python[\d.]+|python[\w.-]*[\\/]lib|python\d+\.zip)[\\/]|^<|^\?\?\?$/i

/** `load_torch_file`, `partially_load`, `from_pretrained`; not `unload_model`, `download` or `upload`. */
const LOADS = /(?:^|_)(?:load|loads|loaded|loading|loader)(?:_|$)|^from_pretrained$|^safe_open$/
/** Imports, which hold a lock of Python's own and can take minutes on a cold disk. */
const IMPORTS = /^(?:exec_module|_load_unlocked|_find_and_load|import_module)$/
const LOADING_FILES = /[\\/](?:safetensors|gguf)[\\/]|[\\/]torch[\\/]serialization\.py$/

/** The thread that the engine is stuck in, and the place in it. */
export interface StuckPlace {
  readonly thread: string
  /** The innermost frame of a custom node, else of the engine's own, else the innermost. */
  readonly frame: PythonFrame
  readonly isLoading: boolean
}

/**
 * The places that an engine may be stuck in, the likeliest first. The stacks do not tell which thread holds the lock: those
 * that wait for something to do do not. The event loop waits nearly always, so that it is the one where it does not; a
 * worker that runs a job never waits.
 */
export function stuckPlaces(stacks: readonly PythonStack[]): StuckPlace[] {
  const rank = ({ thread }: PythonStack) => [MAIN, WORKER].indexOf(thread) + 1 || 3
  return stacks
    .filter(({ frames: [innermost] }) => innermost !== undefined && !waits(innermost))
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap(placeOf)
}

/** The place in one thread; `null` where it has no frame. */
export function placeIn(stacks: readonly PythonStack[], thread: string): StuckPlace | null {
  const stack = stacks.find((each) => each.thread === thread)
  return (stack && placeOf(stack)[0]) ?? null
}

function placeOf({ thread, frames }: PythonStack): StuckPlace[] {
  const frame =
    frames.find(({ file }) => CUSTOM_NODES.test(file)) ??
    frames.find(({ file }) => !LIBRARY.test(file)) ??
    frames[0]
  return frame === undefined ? [] : [{ thread, frame, isLoading: frames.some(loads) }]
}

function waits({ file, function: name }: PythonFrame): boolean {
  return WAITS.some(([files, names]) => files.test(file) && names.test(name))
}

function loads({ file, function: name }: PythonFrame): boolean {
  return LOADS.test(name) || IMPORTS.test(name) || LOADING_FILES.test(file)
}

/** A place in words: `decode (vae.py:210)`, below `custom_nodes` with the path from there on. */
export function describePlace({ frame }: Pick<StuckPlace, 'frame'>): string {
  const { file, line } = frame
  const below = /[\\/](custom_nodes[\\/].*)$/.exec(file)?.[1]
  const short = below ?? file.split(/[\\/]/).slice(-2).join('/')
  return `${frame.function} (${short.replaceAll('\\', '/')}${line === null ? '' : `:${line}`})`
}
