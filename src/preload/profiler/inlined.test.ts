import type { HeapProfiler } from 'node:inspector'
import { describe, expect, it } from 'vitest'
import { attributeInlined } from './inlined'

type Node = HeapProfiler.SamplingHeapProfileNode

function node(functionName: string, selfSize: number, ...children: Node[]): Node {
  const callFrame = { functionName, scriptId: '1', url: 'file:///a.js', lineNumber: 0, columnNumber: 0 }
  return { callFrame, selfSize, children }
}

const profile = (...children: Node[]) => ({ head: node('(root)', 0, ...children) })

/** Bytes by path, without zeros. */
function bytes({ callFrame, selfSize, children }: Node, path = ''): Record<string, number> {
  const here = `${path}/${callFrame.functionName}`
  const below = children.map((child) => bytes(child, here))
  return Object.assign(selfSize > 0 ? { [here.slice('/(root)/'.length)]: selfSize } : {}, ...below)
}

function attributed(before: Node, during: Node, now = during): Record<string, number> {
  const window = { before: profile(before), during: profile(during) }
  return bytes(attributeInlined(profile(now), window).head)
}

describe('attributeInlined', () => {
  it('gives an inlined function what was counted for its caller', () => {
    expect(attributed(node('loop', 80), node('loop', 80, node('keep', 20)))).toEqual({ 'loop/keep': 100 })
  })

  it('gives an inlined function what a function of V8 allocated for it, and was counted beside it', () => {
    const native = (bytes: number, ...children: Node[]) => {
      const one = node('split', bytes, ...children)
      return { ...one, callFrame: { ...one.callFrame, scriptId: '0', url: '', lineNumber: -1 } }
    }
    const during = node('loop', 0, native(80), node('keep', 0, native(20)))
    expect(attributed(node('loop', 0, native(80)), during)).toEqual({ 'loop/keep': 100 })
    const called = node('loop', 0, native(80, node('callback', 5)), node('keep', 0, native(20)))
    expect(attributed(node('loop', 0, native(80, node('callback', 5))), called)).toEqual({
      'loop/keep': 100,
      'loop/split/callback': 5,
    })
  })

  it('leaves a caller what it allocates itself', () => {
    expect(attributed(node('loop', 80), node('loop', 85, node('keep', 15)))).toEqual({
      loop: 25,
      'loop/keep': 75,
    })
  })

  it('changes nothing where each function got its part before', () => {
    const during = node('loop', 44, node('keep', 66))
    expect(attributed(node('loop', 40, node('keep', 60)), during)).toEqual({ loop: 44, 'loop/keep': 66 })
  })

  it('counts what came before a function was inlined', () => {
    const before = node('loop', 70, node('keep', 10))
    expect(attributed(before, node('loop', 70, node('keep', 30)))).toEqual({ 'loop/keep': 100 })
  })

  it('leaves alone what does not grow', () => {
    const before = node('main', 0, node('load', 50), node('loop', 30))
    const during = node('main', 0, node('load', 50), node('loop', 30, node('keep', 10)))
    expect(attributed(before, during)).toEqual({ 'main/load': 50, 'main/loop/keep': 40 })
  })

  it('follows functions that were inlined into inlined ones', () => {
    const during = node('loop', 60, node('handle', 10, node('keep', 30)))
    expect(attributed(node('loop', 60), during)).toEqual({ 'loop/handle': 25, 'loop/handle/keep': 75 })
  })

  it('holds for what comes after the window, too', () => {
    const during = node('loop', 80, node('keep', 20))
    expect(attributed(node('loop', 80), during, node('loop', 180, node('keep', 20)))).toEqual({
      'loop/keep': 200,
    })
  })

  it('tells functions of one name apart', () => {
    const other = node('keep', 20)
    const during = node('loop', 80, { ...other, callFrame: { ...other.callFrame, lineNumber: 7 } })
    expect(attributed(node('loop', 80, node('keep', 0)), during)).toEqual({ 'loop/keep': 100 })
  })

  it('asks the calls of a function from elsewhere where it did not grow', () => {
    const before = node('main', 0, node('load', 0, node('loop', 70)), node('tick', 0))
    const ticking = node('tick', 0, node('loop', 3, node('keep', 9)))
    const during = node('main', 0, node('load', 0, node('loop', 70)), ticking)
    expect(attributed(before, during)).toEqual({
      'main/load/loop': 18,
      'main/load/loop/keep': 53,
      'main/tick/loop': 3,
      'main/tick/loop/keep': 9,
    })
  })

  it('asks a call itself that has grown enough to tell', () => {
    const enough = 20 * 2 ** 20
    const each = (name: string, caller: string, before: number) =>
      node(caller, 0, node('each', before, ...(before > 0 ? [node(name, enough)] : [])))
    const before = node('main', 0, node('one', 0, node('each', 50)), node('two', 0, node('each', 50)))
    const during = node('main', 0, each('keep', 'one', 50), each('drop', 'two', 50))
    expect(attributed(before, during)).toEqual({
      'main/one/each/keep': enough + 50,
      'main/two/each/drop': enough + 50,
    })
  })

  it('takes a function that calls itself for one', () => {
    const before = node('visit', 40, node('visit', 40))
    const during = node('visit', 40, node('visit', 40, node('visit', 0, node('keep', 8))))
    const kept = Object.entries(attributed(before, during)).filter(([path]) => path.endsWith('/keep'))
    expect(kept.reduce((sum, [, bytes]) => sum + bytes, 0)).toBe(88)
  })

  it('needs no growth', () => {
    expect(attributed(node('loop', 80), node('loop', 60))).toEqual({ loop: 60 })
  })
})
