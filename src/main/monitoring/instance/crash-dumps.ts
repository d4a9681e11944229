import { dataPaths } from '../../../common/storage/data-folder'
import { CrashDumps } from '../../backend/crashes/crash-dumps'
import { crashpadFolder } from '../../startup/crash-reporter'

/** The minidumps of crashed backends, wherever this app has Crashpad write them. */
export function crashDumps(dataFolder: string): CrashDumps {
  const { folder, isOurs } = crashpadFolder()
  return new CrashDumps({ from: folder, to: dataPaths(dataFolder).crashes, isOurs })
}
