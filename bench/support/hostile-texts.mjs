// @ts-check

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const coded = (/** @type {string} */ text) => Buffer.from(text).toString('base64')
/** JSON in JSON in JSON in JSON. */
const nested = [1, 2, 3, 4].reduce((text) => JSON.stringify(text).slice(1, -1), 'key="x"\n')

/** The pieces of a text that is to cost much: each repeated alone, and drawn with others. */
const PIECES = [
  ...['key=', 'key: ', 'key==', 'key=>', 'key : ', '?key=', 'key="', 'api key ', 'key,', '<key>', '{"key":', 'aKeyBToken'],
  ...['token=', 'token="', 'token\\"', "secret='", 'password: ', 'password=', 'PASS ', 'pwd=/', 'password: a b ', 'password: a, '],
  ...['password: |\n a\n', 'password=<<EOF\n', 'password="a" \\\n', "'a'\n'b'\n", '"secret":{"a":', '"password":[', 'DD_API_KEY=a '],
  ...['-----BEGIN ', '-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----', '-----', 'bearer ', 'bearer=', 'Bearer a1a1a1a1a'],
  ...['authorization: ', 'authorization: "', 'cookie: [', "'x-api-key','a',", ' -p', 'mysql -p', ' -u a:b', ' --user a:b', '?code='],
  ...['eyJ', 'eyJaaaaaaaaa.', 'ghp_', 'sk-', 'xox', 'AIza', 'npm_', 'xoxb-1234567890-', 'sntrys_eyJpYXQiO', 't1.a', 'live_', 'AKIA'],
  ...['://', '://a:', '://:a@', 'http://a:b@', ':aa', 'a', ' ', '"', "'", '\\', '\\"', '\\n', '\\u0041', '%41', '%2541', '&amp;', '&#65;'],
  ...['@', '.', 'a.', '\n', 'a\n', 'a\\\n', '\r', '{', '[[', '\u001b', '\u001b[31m', '\u001b]', '\u009b', 'a\u200b', '\u0000', 'é', '😀'],
  ...[`${coded('the quick brown fox 1')} `, `${coded(coded('hello quick brown fox'))} `, 'Maaaaaaaaaaaaaaaaaaaaaaa.aaaaaa.'],
  ...[nested, '\u001b[31mkey\u001b[0m=\u001b[32mvalue1a2b\u001b[0m ', 'aaaaaaaaaaaaaaab'],
  '\u001b[1mkey%3D\\u0041\\\n=abc1ABC2abc3\\"&amp;\u200b://a:b@c -pabc1 -u a:b ',
] // biome-ignore format: a list of pieces

/** Characters that a text is drawn from. */
const ALPHABETS = {
  digits: '0123456789',
  hexadecimal: '0123456789abcdef',
  base64: LETTERS,
  'base64 in lines': `${LETTERS}\n`,
  'words with dots, as of a JWT': 'abcdefgh.',
  'letters of many languages': 'éüñ漢字😀',
  'codes, escapes and line ends': '\u0000\u0001\u001b[;m31\u200b\n\\%"',
  'letters of names and signs between them': 'keytoknpaswrd=:"\' ',
}

/** The same numbers in each run. @param {number} seed */
function draws(seed) {
  let state = seed
  return (/** @type {number} */ below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % below
  }
}

/**
 * Texts that are to cost a scrubber as much as possible: each piece repeated without an end, characters drawn from an
 * alphabet, and `mixed` texts of pieces that were drawn.
 * @param {number} length in UTF-16 code units
 * @param {number} mixed
 * @returns {Generator<readonly [name: string, text: string]>}
 */
export function* hostileTexts(length, mixed) {
  const draw = draws(7)
  const from = (/** @type {readonly string[]} */ pieces) => {
    /** @type {string[]} */
    const text = []
    for (let size = 0; size < length; size += text.at(-1)?.length ?? 1)
      text.push(pieces[draw(pieces.length)] ?? '')
    return text.join('').slice(0, length)
  }
  for (const piece of PIECES)
    yield [
      `${JSON.stringify(piece)} again and again`,
      piece.repeat(Math.ceil(length / piece.length)).slice(0, length),
    ]
  for (const [name, alphabet] of Object.entries(ALPHABETS)) yield [name, from([...alphabet])]
  yield ['each byte in percent', from([...LETTERS].map((one) => `%${one.charCodeAt(0).toString(16)}`))]
  for (let index = 0; index < mixed; index++) {
    const pieces = [0, 1, 2, 3].map(() => PIECES[draw(PIECES.length)] ?? '')
    yield [`${JSON.stringify(pieces)} in turns by chance`, from(pieces)]
  }
}
