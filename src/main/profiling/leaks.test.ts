import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'
import { readPprof } from './read-pprof'
import { LEAKS } from './testing/leaks'
import { cpuProfileOf, heapProfileOf } from './testing/v8-profile'
import { hotFunctions, hungIn, topAllocators } from './top-allocators'

/** Time limit on a busy machine, in milliseconds. */
const SLOW = 60_000

it.each(LEAKS)(
  'a real heap profile names who keeps $name',
  ({ program, culprit: [name, file] }) => {
    const folder = temporaryFolder()
    const [first] = topAllocators(readPprof(heapProfileOf(program, folder)), { projectRoot: folder })
    expect(first).toMatchObject({ function: name, file: join(folder, file) })
    expect(first?.share).toBeGreaterThan(0.5)
    expect(first?.bytes).toBeGreaterThan(10 * 2 ** 20)
    expect(first?.line).toBeGreaterThan(0)
  },
  SLOW,
)

it(
  'a real CPU profile names the loop that a thread is stuck in',
  () => {
    const folder = temporaryFolder()
    const program = {
      'main.js': `const until = (end, work) => { while (Date.now() < end) work() }
function count(list) { let sum = 0; for (const one of list) sum += one % 7; return sum }
function stuck() { const list = Array.from({ length: 10000 }, (_, i) => i); until(Date.now() + 300, () => count(list)) }
module.exports = () => stuck()`,
    }
    const profile = readPprof(cpuProfileOf(program, folder))
    // Which of the nested functions it is depends on what V8 inlines.
    expect(hungIn(profile, { projectRoot: folder })).toMatchObject({ file: join(folder, 'main.js') })
    expect(hungIn(profile, { projectRoot: folder })?.function).toMatch(/^(count|until|stuck|\(anonymous\))$/)
    expect(hotFunctions(profile, { projectRoot: folder })[0]?.share).toBeGreaterThan(0.5)
  },
  SLOW,
)
