import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { Image } from '../images/image'
import { defineNode, type NodeType } from '../nodes/node'
import type { PlannedNode } from '../workflow/parse'
import { runWorkflow } from './run-workflow'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const listener = { nodeStarted: () => {}, nodeAdvanced: async () => {}, nodeSaved: () => {} }

function planned(id: string, type: NodeType, from?: string): PlannedNode {
  return { id, type, inputs: new Map(from === undefined ? [] : [['image', { from }]]), errors: [] }
}

/** Tells which of these images are still held. */
async function held(images: readonly WeakRef<Image>[]): Promise<boolean[]> {
  // A WeakRef keeps its target until the current turn of the event loop is over.
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  return images.map((image) => image.deref() !== undefined)
}

test('an image is let go once the last node that needs it has run', async () => {
  const made: WeakRef<Image>[] = []
  const seen: boolean[][] = []
  const run = async () => {
    seen.push(await held(made))
    const image = { width: 1, height: 1, rows: [[0, 0, 0]] }
    made.push(new WeakRef(image))
    return { image }
  }
  const source = defineNode({ classType: 'Source', inputs: {}, run })
  const copy = defineNode({ classType: 'Copy', inputs: { image: { type: 'IMAGE' } }, run })
  const saved = { images: [] }
  const output = defineNode({
    classType: 'Output',
    inputs: { image: { type: 'IMAGE' } },
    isOutput: true,
    run: async () => {
      seen.push(await held(made))
      return { saved }
    },
  })
  const nodes = [
    planned('1', source),
    planned('2', copy, '1'),
    planned('3', copy, '2'),
    planned('4', copy, '3'),
    planned('5', output, '2'),
    planned('6', output, '4'),
  ]
  expect(await runWorkflow({ nodes, outputs: ['5', '6'] }, { input: '', output: '' }, listener)).toEqual({
    '5': saved,
    '6': saved,
  })
  expect(seen.map((row) => row.map(Number).join(''))).toEqual(['', '1', '01', '011', '0101', '0001'])
  expect(await held(made)).toEqual([false, false, false, false])
})
