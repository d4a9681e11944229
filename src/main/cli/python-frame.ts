import type { Incident } from '../records/incidents/incident'

/** A frame of a Python engine's stack in one line: `blur (/srv/nodes/blur.py:12)`. */
export function pythonFrame({
  function: name,
  file,
  line,
}: Incident['stacks'][number]['frames'][number]): string {
  return `${name} (${file}${line === null ? '' : `:${line}`})`
}
