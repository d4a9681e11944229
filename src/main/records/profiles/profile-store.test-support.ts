import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { captureLog } from '../../../../testing/log/capture-log'
import { temporaryFolder } from '../../../../testing/program/program'
import type { ProfileLimits } from './bounds'
import { ProfileStore } from './profile-store'

export const NEXT_RUN = '20260102T040000Z-4343'

export function openStore(
  dataFolder = temporaryFolder(),
  more: { backendPid?: number; limits?: ProfileLimits } = {},
) {
  const { log, lines, troubles } = captureLog()
  const { backendPid = null, limits } = more
  const options = { dataFolder, log, now: Date.now, backendPid: () => backendPid, ...(limits && { limits }) }
  const store = new ProfileStore(options)
  store.open()
  const folder = join(dataFolder, 'profiles')
  const names = () => readdirSync(folder).sort()
  const write = (name: string, data = 'x') => writeFileSync(join(folder, name), data)
  const age = (name: string) => utimesSync(join(folder, name), 0, Date.now() / 1000 - 61)
  return { store, dataFolder, folder, names, write, age, lines, troubles }
}

export const filesOf = (id: string, sidecar = '') =>
  [`${id}-space.pprof`, `${id}-wall.pprof`, `${id}${sidecar}.json`].sort()
export const seqs = (sets: readonly { seq: number }[]) => sets.map(({ seq }) => seq)
