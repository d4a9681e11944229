import { expect, it } from 'vitest'
import type { EngineUnresponsive } from '../../../common/protocol/engine-unresponsive'
import type { BackendInstance } from './backend-instance'
import { UnresponsiveBackends } from './unresponsive-backends'

function open(mode: 'report' | 'restart') {
  const did: string[] = []
  // Only its end is asked of a run.
  const run = { killTree: (intent: string) => did.push(`end ${intent}`) } as unknown as BackendInstance
  const unresponsive = new UnresponsiveBackends({
    mode,
    onUnresponsive: () => did.push('count'),
    record: (_run, ms) => did.push(`record ${ms}`),
  })
  const engine = (isRestartDue: boolean, isNew: boolean) =>
    unresponsive.engine(run, { isRestartDue } as EngineUnresponsive, isNew)
  return { did, engine, backend: (ms: number) => unresponsive.backend(run, ms) }
}

it('records a backend, and ends it where that is asked for: its death is on record then', () => {
  const reporting = open('report')
  reporting.backend(12_000)
  expect(reporting.did).toEqual(['count', 'record 12000'])
  const restarting = open('restart')
  restarting.backend(12_000)
  expect(restarting.did).toEqual(['count', 'end unresponsive'])
})

it('records an engine once, however long it lasts', () => {
  const { did, engine } = open('report')
  engine(false, true)
  engine(true, false)
  expect(did).toEqual(['count', 'record null'])
})

it('ends an engine when that is due, and records it before', () => {
  const { did, engine } = open('restart')
  engine(false, true)
  engine(true, false)
  expect(did).toEqual(['count', 'record null', 'count', 'end unresponsive'])
})
