import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { dataPaths } from '../../common/storage/data-folder'
import type { Incident } from '../records/incidents/incident'

/** A profile as it lies in the data folder. */
export interface ProfileFile {
  readonly file: string
  /** Gzipped pprof. */
  readonly bytes: Buffer
}

/** The profiles taken near a death; `null` for one that was not, or is no longer kept. */
export interface IncidentProfiles {
  readonly heap: ProfileFile | null
  readonly cpu: ProfileFile | null
}

export async function readProfiles(
  dataFolder: string,
  { profiles }: Pick<Incident, 'profiles'>,
): Promise<IncidentProfiles> {
  const read = async (name: string | null): Promise<ProfileFile | null> => {
    // A name from a file: none leads out of the folder.
    if (name === null || path.basename(name) !== name) return null
    const file = path.join(dataPaths(dataFolder).profiles, name)
    const bytes = await readFile(file).catch(() => null)
    return bytes && { file, bytes }
  }
  const [heap, cpu] = await Promise.all([read(profiles.heap), read(profiles.cpu)])
  return { heap, cpu }
}
