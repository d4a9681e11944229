import type { FlameData } from './flame-data'
import { drawFlameGraph } from './flame-graph'

/** Starts the flame graphs of the page: their data stand in it as JSON, which nothing in them can leave. */
for (const holder of document.querySelectorAll<HTMLElement>('[data-flame]')) {
  const source = holder.querySelector('script[type="application/json"]')
  const data: FlameData = JSON.parse(source?.textContent ?? 'null')
  drawFlameGraph(holder, data)
}
