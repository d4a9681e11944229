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

async function watchTo(end: AbortSignal, of: Session = session): Promise<(number | null)[]> {
  const forgotten: (number | null)[] = []
  const files: Pick<ProfileFiles, 'write' | 'forgetNearDeath'> = {
    write: () => {
      throw new Error('nothing is written')
    },
    forgetNearDeath: (worker = null) => void forgotten.push(worker),
  }
  const maps = new SourceMaps()
  const writer = new SetWriter(files as ProfileFiles, () => {}, maps, 7)
  const worker = { id: 7, session: of, ended: end }
  await watchWorker(worker, { writer, maps, heapLimitBytes: 2 ** 30, takenAlongMs: 1 })
  return forgotten
}

it('forgets the profile of a worker that ended without the backend: it says nothing of a later death', async () => {
  expect(await watchTo(AbortSignal.abort())).toEqual([7])
})

it('does so too where the worker ended while it was asked something, which is never answered', async () => {
  const ending = new AbortController()
  let asked = 0
  const dying: Session = {
    ...session,
    post: (method) => {
      asked++
      if (method !== 'Runtime.getHeapUsage') return session.post(method)
      setImmediate(() => ending.abort())
      return new Promise(() => {})
    },
  }
  expect(await watchTo(ending.signal, dying)).toEqual([7])
  expect(asked).toBeGreaterThan(1)
})
