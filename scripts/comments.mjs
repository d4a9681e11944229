#!/usr/bin/env node
// @ts-check
// node scripts/comments.mjs: whether each doc comment is about its symbol. One that begins with a bare "What", "Of" or the
// like hangs in the air: nobody sees what it is about. Lines behind `//` are reasons, and free.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const FOLDERS = ['src', 'testing', 'scripts', 'e2e', 'bench', 'fuzz', 'datadog', 'examples']
const SOURCE = /\.(?:[cm]?[jt]s|py)$/
const HANGING = /(?:\/\*\*\s*(?:\*\s*)?|""")(?:Of|What|As|Where|Whether)\b/g

/** @param {string} text of a source file @returns {number[]} the lines, from 1, on which a doc comment hangs */
export function hangingIn(text) {
  return [...text.matchAll(HANGING)].map(
    ({ index, 0: found }) => text.slice(0, index + found.length).split('\n').length,
  )
}

/** @param {string} root */
function check(root) {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(root, folder), { encoding: 'utf8', recursive: true }).map((name) =>
      path.join(folder, name),
    ),
  )
  const found = files
    .filter((file) => SOURCE.test(file) && !file.includes('node_modules'))
    .flatMap((file) =>
      hangingIn(readFileSync(path.join(root, file), 'utf8')).map((line) => `${file}:${line}`),
    )
  for (const place of found) {
    process.stderr.write(
      `${place}: the comment begins with a bare Of, What, As, Where or Whether; it should begin with what it is about\n`,
    )
  }
  if (found.length > 0) process.exitCode = 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) check(path.dirname(path.dirname(process.argv[1])))
