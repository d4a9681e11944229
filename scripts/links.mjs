#!/usr/bin/env node
// @ts-check
// node scripts/links.mjs: whether each relative link and picture in the documentation leads to a file that is in the
// repository and, with an anchor, to a heading in it. Addresses of the web are not asked for.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const FENCED = /^(```|~~~)[\s\S]*?^\1/gm
const INDENTED = /^(?: {4}|\t).*$/gm
const CODE = /`[^`\n]*`/g
const LINK = /\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+"[^"]*")?\)/g
const HEADING = /^#{1,6} +(.*?)(?: #+)?$/gm

/** @param {string} text of a document, its code blanked: lines stay where they are */
const withoutBlocks = (text) =>
  [FENCED, INDENTED].reduce((left, block) => left.replace(block, (code) => code.replace(/[^\n]/g, ' ')), text)

/** The anchors of a document's headings, as GitHub makes them. @param {string} text */
export function anchorsOf(text) {
  /** @type {Map<string, number>} */
  const times = new Map()
  return [...withoutBlocks(text).matchAll(HEADING)].map(([, heading = '']) => {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = words.replace(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-')
    const before = times.get(slug) ?? 0
    times.set(slug, before + 1)
    return before === 0 ? slug : `${slug}-${before}`
  })
}

/**
 * @param {string} file from the project's root, with slashes
 * @param {(file: string) => string | null} read a text of the repository, `''` for a folder, `null` for what it does not have
 * @returns {string[]} what is wrong, a line each
 */
export function brokenLinks(file, read) {
  const text = withoutBlocks(read(file) ?? '').replace(CODE, (code) => ' '.repeat(code.length))
  return [...text.matchAll(LINK)].flatMap(({ 1: link = '', index }) => {
    if (/^[a-z][a-z+.-]*:/i.test(link)) return []
    const [name = '', anchor] = link.split('#')
    const target = name === '' ? file : path.posix.normalize(path.posix.join(path.posix.dirname(file), name))
    const found = read(target.replace(/\/$/, ''))
    const line = text.slice(0, index).split('\n').length
    if (found === null) return [`${file}:${line}: there is no ${target}`]
    if (anchor === undefined || anchorsOf(found).includes(anchor)) return []
    return [`${file}:${line}: ${target} has no heading #${anchor}`]
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\0')
    .filter(Boolean)
  const known = new Set(files)
  const folders = new Set(
    files.flatMap((file) => file.split('/').map((_, n, parts) => parts.slice(0, n).join('/'))),
  )
  /** @param {string} file */
  const read = (file) => {
    if (known.has(file)) return file.endsWith('.md') ? readFileSync(path.join(root, file), 'utf8') : ''
    return folders.has(file) ? '' : null
  }
  const faults = files.filter((file) => file.endsWith('.md')).flatMap((file) => brokenLinks(file, read))
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  process.exitCode = faults.length === 0 ? 0 : 1
}
