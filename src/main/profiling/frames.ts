import path from 'node:path'
import { OWN_SCRIPT } from '../../common/protocol/profile-set'
import type { ProfiledFunction } from './profile'

/** The folders that hold what runs in the backend's process ahead of it: bundled, and as its source maps name it. */
export const OWN_FOLDERS = ['dist/preload', 'src/preload', 'src/common'].map((folder) =>
  path.join(packageRoot(__dirname), folder),
)

/**
 * The kinds of code that a function may belong to, the most informative first; `null` stands for none: the
 * monitor's own bootstrap, and V8's placeholders.
 */
export const FRAME_KINDS = ['project', 'outside', 'dependency', 'runtime', 'native'] as const

export type FrameKind = (typeof FRAME_KINDS)[number]

/** Placeholders of V8, and what @datadog/pprof makes of them. They stand for no code. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  '(root)',
  '(program)',
  '(idle)',
  '(garbage collector)',
  'Garbage Collection',
  'Node.js',
  'Non JS threads activity',
])
const DEPENDENCY = /(?:^|\/)node_modules\//
/** Code of Node and Electron, which is compiled in: `node:internal/fs`, `node:electron/js2c/utility_init`. */
const RUNTIME = /^(?:node:|internal\/|electron\/js2c\/|wasm:)/

/**
 * @param projectRoot the folder of the user's own code; code outside it is less likely to be theirs; `null`
 * if unknown
 * @param own the folders of what runs ahead of the backend
 */
export function frameKind(
  { name, file }: ProfiledFunction,
  projectRoot: string | null,
  own: readonly string[] = OWN_FOLDERS,
): FrameKind | null {
  if (file === '') return PLACEHOLDERS.has(name) ? null : 'native'
  const location = slashes(file)
  if (location === OWN_SCRIPT) return null
  if (RUNTIME.test(location)) return 'runtime'
  if (own.some((folder) => within(slashes(folder), location) !== null)) return null
  const inside = projectRoot === null ? null : within(slashes(projectRoot), location)
  if (DEPENDENCY.test(inside ?? location)) return 'dependency'
  // Source maps may give names without a root: webpack://app/./src/blur.ts.
  const isAbsolute = path.posix.isAbsolute(location) || path.win32.isAbsolute(location)
  return projectRoot === null || inside !== null || !isAbsolute ? 'project' : 'outside'
}

/** A function's readable name. @datadog/pprof calls one without a name `(anonymous:L#12:C#3)`. */
export function displayName({ name }: ProfiledFunction): string {
  return name === '' || /^\(anonymous:L#\d+(?::C#\d+)?\)$/.test(name) ? '(anonymous)' : name
}

/** The rest of a path inside a folder, `null` outside it. Windows writes a drive's letter in either case. */
function within(folder: string, location: string): string | null {
  const root = `${folder.replace(/\/+$/, '')}/`
  const isInside = /^[a-z]:/i.test(root)
    ? location.toLowerCase().startsWith(root.toLowerCase())
    : location.startsWith(root)
  return isInside ? location.slice(root.length) : null
}

function slashes(file: string): string {
  return file.replace(/^file:\/\/(?:\/(?=[a-zA-Z]:))?/, '').replaceAll('\\', '/')
}

/** The folder above `dist` or `src`, from whichever of their subfolders this module runs. */
export function packageRoot(folder: string): string {
  const parent = path.dirname(folder)
  return parent === folder || ['dist', 'src'].includes(path.basename(folder)) ? parent : packageRoot(parent)
}
