import fs from 'node:fs'

/** The marks by which a file is told from another in its place. A time does not: a copy may keep it, and `touch` changes it. */
type Identity = Pick<fs.BigIntStats, 'dev' | 'ino' | 'size'>

/** The files of an installed app as they were when it began, to notice an update that replaces them while it runs. */
export class ReplacedFiles {
  readonly #before: ReadonlyMap<string, Identity>

  /** @param files those that are none of a disk's, as inside an archive, and folders do not count */
  constructor(files: readonly string[]) {
    const known = files.flatMap((file) => {
      const identity = identityOf(file)
      return identity ? [[file, identity] as const] : []
    })
    this.#before = new Map(known)
  }

  /** The first file that is another now, or gone; `null` where they are what they were. Never throws. */
  find(): string | null {
    for (const [file, before] of this.#before) {
      const now = identityOf(file)
      if (!now || now.ino !== before.ino || now.dev !== before.dev || now.size !== before.size) return file
    }
    return null
  }
}

/** Electron shows an archive as a folder, and its own `original-fs` as the file that it is. */
function identityOf(file: string): Identity | null {
  try {
    const stats = diskOf().statSync(file, { bigint: true })
    return stats.isFile() ? stats : null
  } catch {
    return null
  }
}

function diskOf(): typeof fs {
  return process.versions.electron === undefined ? fs : (require('original-fs') as typeof fs)
}
