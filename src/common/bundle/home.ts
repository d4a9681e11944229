import { onePerProcess } from './one-per-process'

/**
 * The folder of the copy of the package that this process uses: the one that was loaded first, where two dependencies of an
 * app bring one each. Two would trace twice, and write one journal.
 * @param own the folder of the copy that asks
 */
export function homeFolder(own: string): string {
  return onePerProcess<string>('home', own)
}
