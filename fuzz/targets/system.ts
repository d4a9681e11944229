import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parsePageBytes, parseProcessRow } from '../../src/common/process/proc-stat'
import { type SystemProcess, toRows } from '../../src/common/process/system-tree'
import { limitFiles, parseLimit, readCgroupMemoryLimit } from '../../src/main/memory/cgroup-limit'
import { findMemoryCgroup, foldersUpwards, parseGroups } from '../../src/main/memory/memory-cgroup'
import { parseOomKills } from '../../src/main/memory/oom-kill-counter'
import { parsePss } from '../../src/main/memory/proportional-set-size'
import { corpus, textCorpus } from '../support/corpus'
import { expectMeasure } from '../support/expect'
import { mutated, mutatedText } from '../support/mutate'
import { promise, type Target } from '../support/target'
import { nearly } from '../support/values'

const STATS = textCorpus('proc-stat')
const GROUPS = textCorpus('proc-cgroup')
const MOUNTS = textCorpus('mountinfo')
const PAGE_BYTES = 4096

export const processes: Target = {
  name: 'processes',
  promises: [
    promise('/proc/<pid>/stat', mutatedText(STATS), (text) => {
      const row = parseProcessRow(text, PAGE_BYTES)
      if (row) [row.pid, row.ppid, row.rssBytes, row.startTime].forEach(expectMeasure)
    }),
    promise('/proc/self/auxv', mutated(corpus('auxv')), (bytes) => {
      for (const wordBytes of [4, 8] as const) {
        const size = parsePageBytes(Buffer.from(bytes), wordBytes)
        assert.ok(Number.isSafeInteger(size) && size >= 4096 && size <= 2 ** 20, `a page of ${size}`)
      }
    }),
    promise('smaps_rollup', mutatedText(textCorpus('smaps-rollup')), (text) => {
      const bytes = parsePss(text)
      if (bytes !== null) expectMeasure(bytes)
    }),
    promise('the list of another system', nearly([[listed(7), listed(8)]]), (list) => {
      if (!Array.isArray(list) || !list.every(isListed)) return
      for (const row of toRows(list, 'darwin', 60)) [row.pid, row.ppid, row.rssBytes].forEach(expectMeasure)
    }),
  ],
}

export const cgroups: Target = {
  name: 'cgroups',
  promises: [
    promise('groups and mounts', fc.tuple(mutatedText(GROUPS), mutatedText(MOUNTS)), ([groups, mounts]) => {
      const found = findMemoryCgroup(groups, mounts)
      // Never above the mount point, whatever the files say: they are written to and read from.
      if (found) {
        assert.ok(isWithin(found.mountPoint, found.folder), `${found.folder} of ${found.mountPoint}`)
        assert.ok(foldersUpwards(found).every((folder) => isWithin(found.mountPoint, folder)))
      }
      limitFiles(parseGroups(groups), mounts)
      const limit = readCgroupMemoryLimit(
        (file) => ({ cgroup: groups, mountinfo: mounts })[base(file)] ?? '77',
      )
      assert.ok(limit === null || limit === 77)
    }),
    promise('a limit', mutatedText(['max\n', '9223372036854771712\n', '1073741824\n']), (text) => {
      const limit = parseLimit(text)
      assert.ok(limit === null || (Number.isSafeInteger(limit) && limit > 0))
    }),
    promise('a counter', mutatedText(textCorpus('memory-events')), (text) => {
      const kills = parseOomKills(text)
      if (kills !== null) expectMeasure(kills)
    }),
  ],
}

function base(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1)
}

function isWithin(folder: string, inner: string): boolean {
  return inner === folder || inner.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

function listed(pid: number): SystemProcess {
  return { pid, parentPid: 1, name: 'a', memRss: 100, started: '2026-01-02 03:04:05', state: 'running' }
}

/** Narrows a row of systeminformation, which types its rows; their numbers may be anything. */
function isListed(row: unknown): row is SystemProcess {
  return typeof (row as SystemProcess | null)?.started === 'string'
}
