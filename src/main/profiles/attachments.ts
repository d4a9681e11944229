import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shortenHome } from '../../privacy'
import type { ProfileSet } from '../../profile-set'
import { errorCode } from '../storage/errors'
import { shortenPaths } from './shorten-paths'
import type { Attachment } from './upload'

/**
 * A set's profiles as they are uploaded: under the names of their upload, with the home folder as `~`, without what is
 * missing or, after a power failure, no gzip file.
 * @throws the system's error when one that is there cannot be read
 */
export async function loadAttachments(
  folder: string,
  files: ProfileSet['files'],
): Promise<readonly Attachment[]> {
  const attachments: Attachment[] = []
  for (const type of ['wall', 'space'] as const) {
    const data = await readIfThere(folder, files[type])
    const sent = data?.[0] === 0x1f && data[1] === 0x8b ? await shortenPaths(data, shortenHome) : null
    if (sent) attachments.push({ name: `${type}.pprof`, data: sent })
  }
  return attachments
}

async function readIfThere(folder: string, name: string | null): Promise<Buffer | null> {
  try {
    return name === null ? null : await readFile(join(folder, name))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}
