// @ts-check
// Formats the Python of this repository; with --check says what is not formatted, and what Ruff's rules find, and changes
// nothing. Ruff comes as WebAssembly from its own npm package: a machine without a Python can run it.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

const OPTIONS = {
  'line-length': 120,
  // The oldest Python that the probe runs on.
  'target-version': 'py39',
  lint: { select: ['E', 'F', 'W', 'I', 'B', 'C4', 'PIE', 'UP'] },
}

const check = process.argv.includes('--check')
const workspace = new Workspace(OPTIONS, PositionEncoding.Utf16)
let faults = 0

for (const file of pythonFiles()) {
  const source = readFileSync(path.join(root, file), 'utf8')
  const formatted = workspace.format(source)
  if (formatted !== source) {
    if (check) report(`${file}: not formatted; "node scripts/python.mjs" formats it`)
    else writeFileSync(path.join(root, file), formatted)
  }
  for (const { code, message, start_location: at } of workspace.check(formatted)) {
    report(`${file}:${at.row}:${at.column}: ${code ?? 'syntax'} ${message}`)
  }
}
if (faults > 0) process.exitCode = 1

/** Those that git knows or would add, from the root. */
function pythonFiles() {
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', '*.py'],
    { cwd: root, encoding: 'utf8' },
  )
  // Git still lists a file that was deleted a moment ago.
  return listed.split('\0').filter((file) => file !== '' && existsSync(path.join(root, file)))
}

/** @param {string} line */
function report(line) {
  faults += 1
  console.error(line)
}
