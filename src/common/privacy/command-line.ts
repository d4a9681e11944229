import type { Find } from './triggers'

/** Programs whose `-p` is something else: a port, a folder's parents, a process. */
const OTHERS =
  /\b(?:mkdir|cp|docker|podman|ssh|scp|sftp|rsync|nmap|install|touch|ps|pgrep|lsof|tar|read|git)\b/
const MYSQL = /\b(?:mysql|mariadb)[\w-]*\s/
const PASSWORD = /(\s?)(["']?)([^\s"']{5,200})/y
const USER = /[\w-]{0,12}[\s=]{1,2}(["']?)([\w.@-]{1,100}):([^\s"']{1,200})/y
/** How far before it the program's name is looked for. */
const MAX_BEFORE = 120

/** Finds the password behind a `-p` of a command line: one with letters and digits, which no port and no folder is. */
export const findPasswordFlag: Find = (text, at, found) => {
  PASSWORD.lastIndex = at + 3
  const match = PASSWORD.exec(text)
  if (!match?.[3]) return at
  const before = text.slice(Math.max(0, at - MAX_BEFORE), at)
  const isMysql = MYSQL.test(before) && match[1] === ''
  const looksLikeOne =
    match[1] !== '' && /^[^/:.=\\]*$/.test(match[3]) && /\d/.test(match[3]) && /[a-z]/i.test(match[3])
  if (!isMysql && (!looksLikeOne || OTHERS.test(before))) return at
  found.add(PASSWORD.lastIndex - match[3].length, PASSWORD.lastIndex)
  return PASSWORD.lastIndex
}

/** Finds the password in `-u user:password`, `--user` and `--proxy-user`. Two numbers are a user and a group. */
export const findUserFlag: Find = (text, at, found) => {
  USER.lastIndex = at + 3
  const match = USER.exec(text)
  if (!match?.[3] || /^\d+$/.test(match[3]) || match[3].startsWith('//')) return at
  found.add(USER.lastIndex - match[3].length, USER.lastIndex)
  return USER.lastIndex
}
