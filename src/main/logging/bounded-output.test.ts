import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { BoundedOutput } from './bounded-output'

const LINE = `${'x'.repeat(1_023)}\n`
const MIB = 1_024

/** A stream that nobody reads until `read` is called; what it said about that. */
function held() {
  const stream = new PassThrough()
  const told: (string | number)[] = []
  let time = 0
  const output = new BoundedOutput({
    stream,
    onDropping: () => void told.push('dropping'),
    onDropped: (lines) => void told.push(lines),
    now: () => time,
  })
  return {
    output,
    told,
    waiting: () => stream.writableLength,
    fill: () => {
      while (stream.writableLength < 2 ** 20) output.write(LINE)
    },
    pass: (ms: number) => {
      time += ms
    },
    read: async () => {
      let text = ''
      for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) {
        text += chunk
        await turn()
      }
      return text
    },
  }
}

it('passes on what is read in time, as it is', async () => {
  const { output, read, told } = held()
  output.write('one\ntw')
  output.write(Buffer.from('o\n'))
  output.write('')
  output.close()
  expect(await read()).toBe('one\ntwo\n')
  expect(told).toEqual([])
})

it('holds a bounded part of what nobody reads, and counts the lines that are dropped', async () => {
  const { output, read, told, waiting } = held()
  for (let n = 0; n < 100 * MIB; n++) output.write(LINE)
  expect(waiting()).toBeLessThan(1.1 * 2 ** 20)
  expect(told).toEqual(['dropping'])
  const shown = await read()
  output.write('after\n')
  const lines = (shown + (await read())).trimEnd().split('\n')
  const kept = lines.filter((line) => line.startsWith('x')).length
  expect(lines.slice(kept)).toEqual([
    `studio-monitor: ${100 * MIB - kept} lines are missing here: nobody read them in time`,
    'after',
  ])
  output.close()
  expect(told).toEqual(['dropping', 100 * MIB - kept])
})

it('drops whole lines, wherever the bytes were cut', async () => {
  const { output, read, fill } = held()
  fill()
  output.write('the start of a line, ')
  output.write('its end\nz')
  const shown = await read()
  output.write('zz\nnext\n')
  const lines = (shown + (await read()))
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('x'))
  expect(lines).toEqual(['studio-monitor: 2 lines are missing here: nobody read them in time', 'next'])
})

it('says at its end what was never read', () => {
  const { output, told, fill } = held()
  fill()
  output.write('lost\nand')
  output.close()
  expect(told).toEqual(['dropping', 2])
})

it('is told of every ten minutes, where the reader falls behind again and again', async () => {
  const { output, read, told, pass } = held()
  for (let minute = 0; minute < 25; minute++) {
    for (let n = 0; n < 2 * MIB; n++) output.write(LINE)
    await read()
    pass(60_000)
  }
  expect(told.filter((one) => one === 'dropping')).toHaveLength(3)
})
