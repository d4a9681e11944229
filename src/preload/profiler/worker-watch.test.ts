import { expect, it } from 'vitest'
import type { Session } from './inspector-session'
import type { ProfileFiles } from './profile-files'
import { SetWriter } from './set-writer'
import { SourceMaps } from './source-maps'
import { watchWorker } from './worker-watch'

const session: Session = {
  post: async <Result>() => ({ result: {} }) as Result,
  onNotification: () => () => {},
}

it('forgets the profile of a worker that ended without the backend: it says nothing of a later death', async () => {
  const forgotten: (number | null)[] = []
  const files: Pick<ProfileFiles, 'write' | 'forgetNearDeath'> = {
    write: () => {
      throw new Error('nothing is written')
    },
    forgetNearDeath: (worker = null) => void forgotten.push(worker),
  }
  const maps = new SourceMaps()
  const writer = new SetWriter(files as ProfileFiles, () => {}, maps, 7)
  const worker = { id: 7, session, ended: AbortSignal.abort() }
  await watchWorker(worker, { writer, maps, heapLimitBytes: 2 ** 30, takenAlongMs: 1 })
  expect(forgotten).toEqual([7])
})
