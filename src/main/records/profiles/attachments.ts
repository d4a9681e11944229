import { constants, type Stats } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import { join } from 'node:path'
import { scrub } from '../../../common/privacy/scrubber'
import type { ProfileSet } from '../../../common/protocol/profile-set'
import { errorCode, errorMessage } from '../../../common/storage/errors'
import { whyForeign } from '../../../common/storage/regular-file'
import { scrubStrings } from '../../profiling/scrub-strings'
import { MAX_PROFILE_BYTES } from './profile-folder'

/** One profile as it is uploaded. */
export interface Attachment {
  /** `wall.pprof`, `space.pprof` or `profile.pprof`. */
  readonly name: string
  readonly data: Uint8Array
}

export interface DamagedProfile {
  /** The name in the folder. */
  readonly name: string
  readonly reason: string
}

export interface LoadedProfiles {
  /** The profiles as they are uploaded: under the names of their upload, with the home folder as `~` and without secrets. */
  readonly attachments: readonly Attachment[]
  /**
   * The files that are not profiles. One that is missing, or was emptied by a power failure, is not listed.
   */
  readonly damaged: readonly DamagedProfile[]
}

/** @throws the system's error if reading failed and may work later */
export async function loadProfiles(folder: string, files: ProfileSet['files']): Promise<LoadedProfiles> {
  const attachments: Attachment[] = []
  const damaged: DamagedProfile[] = []
  for (const type of ['wall', 'space', 'profile'] as const) {
    const name = files[type] ?? null
    const data = name === null ? null : await readProfile(join(folder, name))
    if (typeof data === 'string') damaged.push({ name: name ?? '', reason: data })
    else if (data !== null) attachments.push({ name: `${type}.pprof`, data })
  }
  return { attachments, damaged }
}

/** Why a file is none that was written here: another's may be linked into the folder, to be uploaded. `null` for one that was. */
function whyNotWritten({ nlink, uid }: Pick<Stats, 'nlink' | 'uid'>): string | null {
  if (nlink > 1) return `it has ${nlink} links: it may be a file of somebody else`
  // Windows has no user ids.
  const own = process.getuid?.()
  return own === undefined || uid === own ? null : `it belongs to another user: ${uid}`
}

const whyNotRead = (stats: Stats) => whyForeign(stats, MAX_PROFILE_BYTES) ?? whyNotWritten(stats)

/**
 * Reads the file that was opened, and none that was put in its place after somebody looked: no link is followed, and what is
 * read is what is checked.
 */
async function readOpened(path: string): Promise<{ readonly data: Buffer } | string> {
  // Neither flag is there on Windows.
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    return whyNotRead(await handle.stat()) ?? { data: await handle.readFile() }
  } finally {
    await handle.close()
  }
}

/** The profile, `null` if there is none, or a string with the reason why it is not one. */
async function readProfile(path: string): Promise<Uint8Array | null | string> {
  try {
    const before = whyNotRead(await lstat(path))
    if (before !== null) return before
    const read = await readOpened(path)
    if (typeof read === 'string') return read
    const { data } = read
    if (data.length === 0) return null
    const isGzip = data[0] === 0x1f && data[1] === 0x8b
    return (isGzip && (await scrubStrings(data, scrub))) || 'it is no gzipped pprof'
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    if (errorCode(error) === 'ELOOP') return 'it is a link'
    if (errorCode(error) === 'EACCES') return errorMessage(error)
    throw error
  }
}
