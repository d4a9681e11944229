import { REDACTED } from './found'
import type { Find } from './triggers'

/** Programs whose `-p` is something else: a port, a folder's parents, a process. */
const OTHERS =
  /\b(?:mkdir|cp|docker|podman|ssh|scp|sftp|rsync|nmap|install|touch|ps|pgrep|lsof|tar|read|git)\b/
const MYSQL = /\b(?:mysql|mariadb)[\w-]*\s/
/** How far before it the program's name is looked for. */
const MAX_BEFORE = 120

/** Finds the password behind a `-p` of a command line: one with letters and digits, which no port and no folder is. */
export const findPasswordFlag: Find = (text, at, found) => {
  const value = /(\s?)(["']?)([^\s"']{5,200})/y
  value.lastIndex = at + 3
  const match = value.exec(text)
  if (!match?.[3]) return at
  const before = text.slice(Math.max(0, at - MAX_BEFORE), at)
  const isMysql = MYSQL.test(before) && match[1] === ''
  const looksLikeOne =
    match[1] !== '' && /^[^/:.=\\]*$/.test(match[3]) && /\d/.test(match[3]) && /[a-z]/i.test(match[3])
  if (!isMysql && (!looksLikeOne || OTHERS.test(before))) return at
  found.push({ start: value.lastIndex - match[3].length, end: value.lastIndex, put: REDACTED })
  return value.lastIndex
}

/** Finds the password in `-u user:password`, `--user` and `--proxy-user`. Two numbers are a user and a group. */
export const findUserFlag: Find = (text, at, found) => {
  const value = /[\w-]{0,12}[\s=]{1,2}(["']?)([\w.@-]{1,100}):([^\s"']{1,200})/y
  value.lastIndex = at + 3
  const match = value.exec(text)
  if (!match?.[3] || /^\d+$/.test(match[3]) || match[3].startsWith('//')) return at
  found.push({ start: value.lastIndex - match[3].length, end: value.lastIndex, put: REDACTED })
  return value.lastIndex
}
