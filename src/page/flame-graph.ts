import { amount, share } from './amounts'
import type { FlameData } from './flame-data'
import { buildTree, type FlameNode, matches, totalOf } from './flame-nodes'

/** Height of a row, in pixels, as the style has it. */
const ROW = 20
/** A frame that is narrower than this, in pixels, is not drawn. */
const NARROWEST = 1.5

/** Draws one flame graph into its holder: the root on top, click or Enter to zoom in, arrow keys to move, a box to search. */
export function drawFlameGraph(holder: HTMLElement, data: FlameData): void {
  const all = buildTree(data)
  const [root] = all
  if (root !== undefined) drawTree(holder, data, all, root)
}

function drawTree(holder: HTMLElement, data: FlameData, all: readonly FlameNode[], root: FlameNode): void {
  let zoomed = root
  let current = root
  let wanted = ''
  const drawn = new Map<FlameNode, HTMLElement>()

  const search = element('input', 'search')
  search.type = 'search'
  search.placeholder = 'Search functions and files'
  search.setAttribute('aria-label', `Search in ${data.title}`)
  const reset = element('button', 'reset')
  reset.type = 'button'
  reset.textContent = 'Show all'
  const found = element('span', 'found')
  found.setAttribute('role', 'status')
  const bar = element('div', 'tools')
  bar.append(search, reset, found)
  const graph = element('div', 'graph')
  graph.tabIndex = 0
  graph.setAttribute('role', 'application')
  graph.setAttribute(
    'aria-label',
    `Flame graph of ${data.title}: arrow keys move, Enter zooms in, Escape shows all, / searches`,
  )
  const details = element('div', 'details')
  details.setAttribute('role', 'status')
  holder.append(bar, graph, details)

  const nodeAt = (target: EventTarget | null): FlameNode | null => {
    const frame = target instanceof Element ? target.closest<HTMLElement>('[data-node]') : null
    return all[Number(frame?.dataset.node ?? -1)] ?? null
  }
  graph.addEventListener('click', (event) => {
    const node = nodeAt(event.target)
    if (node) zoomTo(node)
  })
  graph.addEventListener('mousemove', (event) => {
    const node = nodeAt(event.target)
    if (node) describe(node)
  })
  graph.addEventListener('mouseleave', () => describe(current))
  graph.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !press(event.key)) return
    event.preventDefault()
  })
  reset.addEventListener('click', () => zoomTo(root))
  search.addEventListener('input', () => {
    wanted = search.value.trim().toLowerCase()
    render()
  })
  search.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') graph.focus()
  })
  // Before it is drawn its width is not known, and in print it is another.
  new ResizeObserver(() => render()).observe(graph)
  addEventListener('beforeprint', () => zoomTo(root))
  describe(root)
  render()

  /** @returns whether the key means anything here */
  function press(key: string): boolean {
    if (key === '/') search.focus()
    else if (key === 'Escape' || key === 'Home') zoomTo(root)
    else if (key === 'Enter' || key === ' ') zoomTo(current)
    else if (key === 'Backspace') zoomTo(zoomed.parent ?? root)
    else {
      const next = neighbour(current, key)
      if (next === undefined) return false
      if (next !== null) moveTo(next)
    }
    return true
  }

  function moveTo(node: FlameNode): void {
    current = node
    // What lies outside of what is shown is zoomed out to.
    if (!isWithin(node, zoomed) && !isWithin(zoomed, node)) zoomed = node.parent ?? root
    describe(node)
    render()
  }

  function zoomTo(node: FlameNode): void {
    zoomed = node
    current = node
    describe(node)
    render()
  }

  function describe(node: FlameNode): void {
    const at = node.at === '' ? '' : ` · ${node.at}`
    const own = node.self > 0 && node.self < node.value ? ` · itself ${amount(node.self, data.unit)}` : ''
    details.textContent = `${node.name}${at} · ${amount(node.value, data.unit)}, ${share(node.value, root.value)}${own}`
  }

  function render(): void {
    const width = graph.clientWidth || 1000
    const visible = all.filter((node) => {
      if (isWithin(zoomed, node)) return true
      return isWithin(node, zoomed) && (node.value / zoomed.value) * width >= NARROWEST
    })
    const deepest = visible.reduce((most, { depth }) => Math.max(most, depth), 0)
    graph.style.height = `${(deepest + 1) * ROW}px`
    const keep = new Set(visible)
    for (const [node, frame] of drawn) {
      if (keep.has(node)) continue
      frame.remove()
      drawn.delete(node)
    }
    for (const node of visible) place(node, drawn.get(node) ?? added(node))
    reset.disabled = zoomed === root
    const hits = wanted === '' ? null : totalOf(root, wanted)
    found.textContent =
      hits === null
        ? ''
        : `${hits.count} ${hits.count === 1 ? 'frame' : 'frames'}, ${share(hits.value, root.value)} of all`
  }

  function added(node: FlameNode): HTMLElement {
    const frame = element('div', `frame ${node.kind}`)
    frame.dataset.node = String(node.index)
    frame.textContent = node.name
    frame.style.top = `${node.depth * ROW}px`
    drawn.set(node, frame)
    graph.append(frame)
    return frame
  }

  function place(node: FlameNode, frame: HTMLElement): void {
    const above = isWithin(zoomed, node)
    const [left, size] = above
      ? [0, 1]
      : [(node.start - zoomed.start) / zoomed.value, node.value / zoomed.value]
    frame.style.left = `${left * 100}%`
    frame.style.width = `${size * 100}%`
    frame.classList.toggle('above', above && node !== zoomed)
    frame.classList.toggle('current', node === current)
    frame.classList.toggle('match', wanted !== '' && matches(node, wanted))
    frame.classList.toggle('faded', wanted !== '' && !matches(node, wanted))
  }
}

/** Tells whether a node is the other one, or below it. */
function isWithin(node: FlameNode, other: FlameNode): boolean {
  return node.index >= other.index && node.index <= other.last
}

/** The node that an arrow key leads to, `null` at the edge; `undefined` for another key. */
function neighbour(node: FlameNode, key: string): FlameNode | null | undefined {
  const siblings = node.parent?.children ?? [node]
  const at = siblings.indexOf(node)
  switch (key) {
    case 'ArrowUp':
      return node.parent
    case 'ArrowDown':
      return node.children[0] ?? null
    case 'ArrowLeft':
      return siblings[at - 1] ?? null
    case 'ArrowRight':
      return siblings[at + 1] ?? null
    default:
      return undefined
  }
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  made.className = className
  return made
}
