import { describe, expect, it } from 'vitest'
import { homeShortener } from './home-folder'

describe('on Linux', () => {
  const shorten = homeShortener(['/home/some.one', '/data/homes/some.one/'], 'linux')
  it.each([
    ['/home/some.one', '~'],
    ['/home/some.one/models/a.safetensors', '~/models/a.safetensors'],
    ['ENOENT: open "/home/some.one/a", see /data/homes/some.one/b.', 'ENOENT: open "~/a", see ~/b.'],
    ['It lies in /home/some.one.', 'It lies in ~.'],
    ['at run (file:///home/some.one/app.mjs:3:1)', 'at run (file://~/app.mjs:3:1)'],
    ['{"path":"/home\\/some.one\\/a"}', '{"path":"~\\/a"}'],
    ['GET /view?file=%2Fhome%2Fsome.one%2Fa.png', 'GET /view?file=~%2Fa.png'],
    ['PATH=/home/some.one/bin:/home/some.one/.local/bin', 'PATH=~/bin:~/.local/bin'],
  ])('%s is %s', (text, short) => expect(shorten(text)).toBe(short))

  it.each([
    '/home/some.one2/a',
    '/home/some.one.bak',
    '/home/some-one',
    '/mnt/home/some.one/a',
    '/HOME/SOME.ONE',
  ])('%s is another folder', (text) => expect(shorten(text)).toBe(text))
})

describe('on Windows', () => {
  const shorten = homeShortener(['C:\\Users\\Some One', 'C:\\Users\\SOMEON~1'], 'win32')
  it.each([
    ['C:\\Users\\Some One\\AppData', '~\\AppData'],
    ['c:/users/some one/app.js', '~/app.js'],
    ['{"file":"C:\\\\Users\\\\Some One\\\\a"}', '{"file":"~\\\\a"}'],
    ['file:///C:/Users/Some%20One/app.mjs', 'file:///~/app.mjs'],
    ['\\\\?\\C:\\Users\\Some One\\a', '\\\\?\\~\\a'],
    ['/c/Users/Some One/a and /mnt/c/Users/Some One/b', '~/a and ~/b'],
    ['C:\\Users\\SOMEON~1\\AppData\\Local\\Temp', '~\\AppData\\Local\\Temp'],
  ])('%s is %s', (text, short) => expect(shorten(text)).toBe(short))

  it.each(['C:\\Users\\Some One Else', 'D:\\Users\\Some One'])('%s', (text) => {
    expect(shorten(text)).toBe(text === 'C:\\Users\\Some One Else' ? '~ Else' : text)
  })
})

describe('on macOS', () => {
  const shorten = homeShortener(['/Users/Zoé'.normalize('NFC')], 'darwin')
  it.each([
    ['/Users/Zoé/a'.normalize('NFD'), '~/a'],
    ['/users/zoé/a'.normalize('NFC'), '~/a'],
    ['file:///Users/Zo%C3%A9/a', 'file://~/a'],
    ['/Users/Zoéta/a'.normalize('NFC'), '/Users/Zoéta/a'.normalize('NFC')],
  ])('%s is %s', (text, short) => expect(shorten(text)).toBe(short))
})

it.each([[[]], [['/']], [['']], [['home']], [['C:\\']]])('a home folder %j is none', (homes) => {
  expect(homeShortener(homes, 'linux')('/etc/C:\\home/a')).toBe('/etc/C:\\home/a')
  expect(homeShortener(homes, 'win32')('C:\\Windows')).toBe('C:\\Windows')
})
