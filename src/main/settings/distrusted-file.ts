import fs from 'node:fs'
import path from 'node:path'
import { printable } from './printable'

const WRITTEN_BY_GROUP = 0o020
const WRITTEN_BY_ALL = 0o002
/** In such a folder, as `/tmp` is, nobody can put another file in the place of somebody else's. */
const STICKY = 0o1000
/** The number of links that Linux follows (path_resolution(7)). */
const MAX_LINKS = 40

/**
 * Tells why a file may hold what somebody else has written: its owner and mode, and those of the folder it lies in, for
 * each link that leads to it too. Root counts as the user.
 * @returns the reason in words, about the file; `null` for one that only the user and root can write, a missing one, and
 *   on Windows, where Node tells neither the owner nor who may write
 */
export function whyDistrusted(file: string, uid: number | null = process.getuid?.() ?? null): string | null {
  if (uid === null) return null
  try {
    return placesOf(file).reduce<string | null>((found, place) => found ?? judge(place, uid), null)
  } catch {
    // It is gone, or a folder above it is closed to the user: then it cannot be read either.
    return null
  }
}

function judge(place: string, uid: number): string | null {
  const folder = path.dirname(place)
  const stats = fs.lstatSync(place)
  const inFolder = fs.statSync(folder)
  const others = whoseElse(stats, uid) ?? (stats.isSymbolicLink() ? null : whoElseWrites(stats))
  if (others !== null)
    return stats.isSymbolicLink() ? `comes by the link ${printable(place)}, which ${others}` : others
  const strangers =
    whoseElse(inFolder, uid) ?? ((inFolder.mode & STICKY) === 0 ? whoElseWrites(inFolder) : null)
  return strangers === null ? null : `lies in ${printable(folder)}, which ${strangers}`
}

function whoseElse({ uid: owner }: fs.Stats, uid: number): string | null {
  return owner === uid || owner === 0 ? null : `belongs to another user (uid ${owner})`
}

function whoElseWrites({ mode }: fs.Stats): string | null {
  if ((mode & WRITTEN_BY_ALL) !== 0) return 'can be written by everybody'
  return (mode & WRITTEN_BY_GROUP) === 0 ? null : 'can be written by its group'
}

/** The file, or the links that lead to it and then what they lead to. */
function placesOf(file: string): string[] {
  const places = [path.resolve(file)]
  for (let last = places[0]; last !== undefined && places.length <= MAX_LINKS; last = places.at(-1)) {
    if (!fs.lstatSync(last).isSymbolicLink()) break
    // The folder's own links first: a relative link starts from where the folder really is.
    places.push(path.resolve(fs.realpathSync(path.dirname(last)), fs.readlinkSync(last)))
  }
  return places
}
