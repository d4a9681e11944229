import vm from 'node:vm'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../../../testing/program/program'
import { forThisProcess } from './code-cache'

const SOURCE = '(function () { return 6 * 7 })'
const cache = () => new vm.Script(SOURCE).createCachedData()

describe('a code cache', () => {
  it('is as it was made, where no heap limit is given', () => {
    for (const execArgv of [
      [],
      ['--js-flags=--expose-gc'],
      ['--js-flags=--max-old-space-size=200', '--inspect'],
    ]) {
      const made = cache()
      expect(forThisProcess(Buffer.from(made), execArgv)).toEqual(made)
    }
  })

  it('is taken by a process whose heap is limited, whose flags V8 finds different', async () => {
    const program = `
      import vm from 'node:vm'
      import { forThisProcess } from './code-cache'
      const made = Buffer.from('${cache().toString('base64')}', 'base64')
      const rejected = (cachedData) => new vm.Script(${JSON.stringify(SOURCE)}, { cachedData }).cachedDataRejected
      const limited = ['--js-flags=--max-old-space-size=200']
      console.log(JSON.stringify([rejected(Buffer.from(made)), rejected(forThisProcess(Buffer.from(made), limited))]))`
    const { stdout } = await runProgram(program, {
      from: __dirname,
      nodeArgs: ['--max-old-space-size=200'],
    })
    expect(JSON.parse(stdout)).toEqual([true, false])
  })

  it('is taken after flags that we have set, and not after those of others', async () => {
    const program = `
      import v8 from 'node:v8'
      import vm from 'node:vm'
      import { forThisProcess, withCachesKept } from './code-cache'
      const made = Buffer.from('${cache().toString('base64')}', 'base64')
      const isRejected = () => {
        const cachedData = forThisProcess(Buffer.from(made), [])
        return new vm.Script(${JSON.stringify(SOURCE)}, { cachedData }).cachedDataRejected
      }
      const answers = [isRejected()]
      withCachesKept(() => v8.setFlagsFromString('--no-flush-bytecode'))
      withCachesKept(() => v8.setFlagsFromString('--no-turbo-inlining'))
      answers.push(isRejected())
      v8.setFlagsFromString('--no-use-ic')
      answers.push(isRejected())
      console.log(JSON.stringify(answers))`
    const { stdout } = await runProgram(program, { from: __dirname })
    expect(JSON.parse(stdout)).toEqual([false, false, true])
  })

  it('that was made after flags that we have set is taken without them, where it is marked so', async () => {
    const program = `
      import v8 from 'node:v8'
      import vm from 'node:vm'
      import { withCachesKept, withoutOwnFlags } from './code-cache'
      withCachesKept(() => v8.setFlagsFromString('--no-flush-bytecode'))
      const made = new vm.Script(${JSON.stringify(SOURCE)}).createCachedData()
      console.log(JSON.stringify([made, withoutOwnFlags(Buffer.from(made))].map((cache) => cache.toString('base64'))))`
    const { stdout: made } = await runProgram(program, { from: __dirname })
    const another = `
      import vm from 'node:vm'
      const answers = ${made}.map((made) => {
        const cachedData = Buffer.from(made, 'base64')
        return new vm.Script(${JSON.stringify(SOURCE)}, { cachedData }).cachedDataRejected
      })
      console.log(JSON.stringify(answers))`
    const { stdout } = await runProgram(another, { from: __dirname })
    expect(JSON.parse(stdout)).toEqual([true, false])
  })
})
