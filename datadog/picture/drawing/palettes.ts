const CLASSIC = [
  '#3598ec',
  '#795ed9',
  '#41c464',
  '#e5a21c',
  '#eb364b',
  '#16b8be',
  '#c75fc1',
  '#8fb53a',
  '#5470c6',
  '#b0641e',
  '#7f8c98',
]

/** Palettes close to Datadog's own. */
const PALETTES: Readonly<Record<string, readonly string[]>> = {
  dog_classic: CLASSIC,
  warm: [
    '#f2a53b',
    '#e8743b',
    '#d9405f',
    '#b3264f',
    '#f7c873',
    '#8c1d40',
    '#f09270',
    '#c95b8c',
    '#e0b050',
    '#a33c2e',
    '#d98a5f',
  ],
  cool: [
    '#3598ec',
    '#16b8be',
    '#795ed9',
    '#5fc9a3',
    '#274e9c',
    '#8ab7f0',
    '#3a7f8c',
    '#9c8ae6',
    '#5b8def',
    '#1f6f78',
    '#7fd0d6',
  ],
  purple: [
    '#795ed9',
    '#b18cf0',
    '#5636a8',
    '#c75fc1',
    '#8f7be0',
    '#3d2a80',
    '#e0a3dc',
    '#9a6ad6',
    '#6a4fc4',
    '#d6bdf7',
    '#7d3fa0',
  ],
  orange: ['#f2a53b', '#e8743b', '#f7c873', '#b0641e', '#d98a5f', '#ffcf8a'],
  semantic: ['#41c464', '#e5a21c', '#eb364b'],
}

export function paletteOf(name: string | undefined): readonly string[] {
  return PALETTES[name ?? 'dog_classic'] ?? CLASSIC
}

/** Colours of the bar above a group. */
export const GROUP_COLOURS: Readonly<Record<string, string>> = {
  vivid_green: '#3fae5c',
  vivid_pink: '#d8428c',
  vivid_purple: '#7a53d6',
  vivid_blue: '#2f80d8',
  gray: '#6b7884',
}

export const ALARM_COLOURS: Readonly<Record<string, string>> = {
  white_on_red: '#d9304c',
  white_on_yellow: '#e0a100',
  white_on_green: '#3fae5c',
}
