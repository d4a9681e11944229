import * as v from 'valibot'

/**
 * An array of which at most so many items are read: the rest is cut off before it is looked at, as whoever sends it may send
 * millions. @param most items
 */
export const list = <Item extends v.GenericSchema>(item: Item, most: number) =>
  v.pipe(
    v.custom<unknown[]>((value) => Array.isArray(value)),
    v.transform((items) => (items.length > most ? items.slice(0, most) : items)),
    v.array(item),
  )
