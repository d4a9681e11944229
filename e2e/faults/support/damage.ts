import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { SOMEONE_ELSE } from './other-user'

const LARGE_BYTES = 100 * 2 ** 20

export interface Damage {
  readonly what: string
  readonly how: string
  readonly inflict: (file: string) => void
  /** True if it is closed to the user that the app runs as. */
  readonly closed?: boolean
}

const replaced = (content: string) => (file: string) => writeFileSync(file, content)
const insteadOf = (make: (file: string) => void) => (file: string) => {
  rmSync(file, { recursive: true })
  make(file)
}

const DEAD_LINK: Damage = {
  what: 'replaced by a link that leads nowhere',
  how: 'to a path that is not there',
  inflict: insteadOf((file) => symlinkSync('/nowhere/at/all', file)),
}

const CIRCLE: Damage = {
  what: 'replaced by a link to itself',
  how: 'a circle',
  inflict: insteadOf((file) => symlinkSync(path.basename(file), file)),
}

const SOMEONE_ELSES: Damage = {
  what: 'owned by someone else',
  how: 'who alone may read and write it; the app runs as a user of its own',
  inflict: (file) => {
    chmodSync(file, lstatSync(file).isDirectory() ? 0o700 : 0o600)
    chownSync(file, SOMEONE_ELSE, SOMEONE_ELSE)
  },
  closed: true,
}

/** Damages of files. */
export const DAMAGES: readonly Damage[] = [
  { what: 'cut off in the middle', how: 'half of it', inflict: half },
  { what: 'emptied', how: '0 bytes', inflict: (file) => truncateSync(file) },
  { what: 'with a flipped bit', how: 'in the middle of it', inflict: flip },
  { what: 'replaced by `null`', how: '4 bytes', inflict: replaced('null') },
  { what: 'replaced by `[]`', how: '2 bytes', inflict: replaced('[]') },
  {
    what: 'replaced by a folder',
    how: 'with a file in it',
    inflict: insteadOf((file) => {
      mkdirSync(file)
      writeFileSync(path.join(file, 'inside'), 'kept')
    }),
  },
  {
    what: 'replaced by a file of 100 MB',
    how: 'zeros',
    inflict: insteadOf((file) => {
      writeFileSync(file, '')
      truncateSync(file, LARGE_BYTES)
    }),
  },
  DEAD_LINK,
  CIRCLE,
  SOMEONE_ELSES,
]

/** Damages of folders. */
export const FOLDER_DAMAGES: readonly Damage[] = [
  { what: 'replaced by a file', how: '4 bytes', inflict: insteadOf((file) => writeFileSync(file, 'null')) },
  DEAD_LINK,
  CIRCLE,
  SOMEONE_ELSES,
]

function half(file: string): void {
  truncateSync(file, Math.floor(readFileSync(file).length / 2))
}

function flip(file: string): void {
  const bytes = readFileSync(file)
  const middle = Math.floor(bytes.length / 2)
  bytes[middle] = (bytes[middle] ?? 0) ^ 0x01
  writeFileSync(file, bytes)
}

/** Identifies a file under another name: a log goes on growing, the rest must be unchanged. */
export function trace(file: string): string {
  const stats = lstatSync(file)
  if (stats.isSymbolicLink()) return `link to ${readlinkSync(file)}`
  if (stats.isDirectory()) return `folder of ${readdirSync(file)}`
  return stats.size > 2 ** 20 ? `${stats.size} bytes` : readFileSync(file, 'latin1')
}

/** True if a file of that name is still there, under its own name or one derived from it. */
export function isKept(file: string, was: string): boolean {
  const [stem = ''] = path.basename(file).split('.')
  const names = readdirSync(path.dirname(file)).filter((name) => name.startsWith(stem))
  return names.some((name) => trace(path.join(path.dirname(file), name)).startsWith(was))
}
