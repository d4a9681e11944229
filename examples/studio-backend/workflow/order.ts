import type { PlannedNode } from './parse'

export type Order = { readonly ids: readonly string[] } | { readonly cycleAt: string }

/** A node and all it needs, each after its own needs. Iterative: a long chain must not exhaust the stack. */
export function executionOrder(nodes: ReadonlyMap<string, PlannedNode>, goal: string): Order {
  const ids = new Set<string>()
  const open = new Set<string>()
  const stack = [{ id: goal, needs: needsOf(nodes, goal) }]
  open.add(goal)
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.needs.pop()
    if (next === undefined) {
      stack.pop()
      open.delete(top.id)
      ids.add(top.id)
    } else if (open.has(next)) {
      return { cycleAt: next }
    } else if (!ids.has(next)) {
      open.add(next)
      stack.push({ id: next, needs: needsOf(nodes, next) })
    }
  }
  return { ids: [...ids] }
}

/** The needs of a node in reverse, so that popping gives them in the order of its inputs. */
function needsOf(nodes: ReadonlyMap<string, PlannedNode>, id: string): string[] {
  const inputs = [...(nodes.get(id)?.inputs.values() ?? [])]
  return inputs.flatMap((input) => ('from' in input ? [input.from] : [])).reverse()
}
