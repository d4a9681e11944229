import type { HeapProfiler } from 'node:inspector'
import { describe, expect, it } from 'vitest'
import { attributeInlined } from './inlined'

type Node = HeapProfiler.SamplingHeapProfileNode

function node(functionName: string, selfSize: number, children: Node[] = []): Node {
  const callFrame = {
    functionName,
    scriptId: '1',
    url: 'a.js',
    lineNumber: functionName.length,
    columnNumber: 0,
  }
  return { callFrame, selfSize, children }
}

const profile = (...children: Node[]): HeapProfiler.SamplingHeapProfile => ({
  head: node('(root)', 0, children),
})

/** Function to its own bytes. */
function bytes({ head }: HeapProfiler.SamplingHeapProfile): Record<string, number> {
  const sizes: Record<string, number> = {}
  const walk = ({ callFrame, selfSize, children }: Node) => {
    sizes[callFrame.functionName] = (sizes[callFrame.functionName] ?? 0) + selfSize
    children.forEach(walk)
  }
  head.children.forEach(walk)
  return sizes
}

describe('bytes of functions that were inlined', () => {
  it('go from their caller to them, as far as they get what is new', () => {
    const before = profile(node('loop', 700))
    const after = profile(node('loop', 700, [node('remember', 100)]))
    expect(bytes(attributeInlined(after, before))).toEqual({ loop: 0, remember: 800 })
  })

  it('are divided among several as what is new', () => {
    const before = profile(node('loop', 600))
    const after = profile(node('loop', 600, [node('a', 20), node('bb', 10)]))
    expect(bytes(attributeInlined(after, before))).toEqual({ loop: 0, a: 420, bb: 210 })
  })

  it('stay with a caller that goes on allocating itself', () => {
    const before = profile(node('loop', 700))
    const after = profile(node('loop', 800))
    expect(bytes(attributeInlined(after, before))).toEqual({ loop: 800 })
  })

  it('are shared between a caller that allocates and what it calls', () => {
    const before = profile(node('loop', 800))
    const after = profile(node('loop', 850, [node('remember', 50)]))
    expect(bytes(attributeInlined(after, before))).toEqual({ loop: 450, remember: 450 })
  })

  it('leave alone a function that was never inlined', () => {
    const before = profile(node('loop', 300, [node('known', 400)]))
    const after = profile(node('loop', 300, [node('known', 450)]))
    expect(bytes(attributeInlined(after, before))).toEqual({ loop: 300, known: 450 })
  })

  it('stay what they are in sum', () => {
    const before = profile(node('loop', 500, [node('known', 100)]))
    const after = profile(node('loop', 510, [node('known', 110), node('remember', 90, [node('deep', 30)])]))
    const sum = (sizes: Record<string, number>) =>
      Object.values(sizes).reduce((total, size) => total + size, 0)
    // Each node is rounded to whole bytes.
    expect(Math.abs(sum(bytes(attributeInlined(after, before))) - sum(bytes(after)))).toBeLessThan(5)
  })
})
