import type {
  Dashboard,
  FormulaAndFunctionQueryDefinition,
  QueryValueWidgetDefinition,
  Widget,
  WidgetCustomLink,
  WidgetDefinition,
  WidgetDisplayType,
  WidgetFormula,
  WidgetFormulaLimit,
  WidgetMarker,
} from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1'

/** Columns of a dashboard, and of a group in it. */
export const COLUMNS = 12
const ROW_HEIGHT = 3

/** A widget and its size on the grid. */
export interface Cell {
  readonly definition: WidgetDefinition
  readonly width: number
  readonly height: number
}

/** Named queries, and what is drawn of them: a formula and its label, or the only query itself. */
export interface Data {
  readonly queries: Readonly<Record<string, string>>
  readonly formulas: readonly (readonly [formula: string, alias: string])[]
}

interface Look {
  readonly links?: WidgetCustomLink[]
  readonly unit?: 'percent' | 'byte' | 'second' | 'byte_in_binary_bytes_family'
}

type Reduce = 'last' | 'sum' | 'max' | 'avg' | 'min'

/** A single figure. It stands out above `bad`, and below `low`. */
export function figure(
  title: string,
  data: Data,
  {
    reduce,
    precision = 0,
    alarm,
    unit,
    links,
  }: Look & {
    reduce: Reduce
    precision?: number
    alarm?: readonly [comparator: '>' | '<', value: number, palette: Palette]
  },
): QueryValueWidgetDefinition {
  return {
    type: 'query_value',
    title,
    autoscale: true,
    precision,
    ...(unit === 'percent' ? { customUnit: '%' } : {}),
    requests: [
      {
        responseFormat: 'scalar',
        queries: metricQueries(data, reduce),
        formulas: formulas(data),
        ...(alarm
          ? { conditionalFormats: [{ comparator: alarm[0], value: alarm[1], palette: alarm[2] }] }
          : {}),
      },
    ],
    ...withLinks(links),
  }
}

export type Palette = 'white_on_red' | 'white_on_yellow' | 'white_on_green'

/** A graph over time. */
export function graph(
  title: string,
  data: Data,
  {
    as,
    palette = 'dog_classic',
    markers = [],
    most,
    links,
  }: Look & {
    /** Most lines, those with the highest values. */
    most?: number
    as: WidgetDisplayType
    palette?: 'dog_classic' | 'warm' | 'cool' | 'purple' | 'orange' | 'semantic'
    markers?: WidgetMarker[]
  },
): WidgetDefinition {
  return {
    type: 'timeseries',
    title,
    showLegend: true,
    legendLayout: 'auto',
    legendColumns: ['avg', 'max', 'value', 'sum'],
    requests: [
      {
        responseFormat: 'timeseries',
        displayType: as,
        queries: metricQueries(data, null),
        formulas: formulas(data, most === undefined ? undefined : { count: most, order: 'desc' }),
        style: { palette, lineType: 'solid', lineWidth: 'normal' },
      },
    ],
    ...(markers.length > 0 ? { markers } : {}),
    ...withLinks(links),
  }
}

/** A ranking by the highest values. */
export function ranking(
  title: string,
  data: Data,
  { reduce, order = 'desc', links }: Look & { reduce: Reduce; order?: 'asc' | 'desc' },
): WidgetDefinition {
  return topList(title, metricQueries(data, reduce), data, order, links)
}

/** A ranking of spans, counted by one of their tags. */
export function spanRanking(
  title: string,
  { search, facet, alias, links }: Look & { search: string; facet: string; alias: string },
): WidgetDefinition {
  const query: FormulaAndFunctionQueryDefinition = {
    dataSource: 'spans',
    name: 'spans',
    search: { query: `${search} $env $service $version` },
    compute: { aggregation: 'count' },
    groupBy: [{ facet, limit: 10, sort: { aggregation: 'count', order: 'desc' } }],
  }
  return topList(title, [query], { queries: {}, formulas: [['spans', alias]] }, 'desc', links)
}

/** A list of the latest spans, a column for each of the tags. */
export function spanList(title: string, search: string, tags: readonly string[]): WidgetDefinition {
  const columns = ['timestamp', 'host', ...tags].map((field) => ({ field, width: 'auto' as const }))
  const query = {
    dataSource: 'trace_stream' as const,
    queryString: `${search} $env $service $version`,
    indexes: [],
    sort: { column: 'timestamp', order: 'desc' as const },
  }
  return { type: 'list_stream', title, requests: [{ responseFormat: 'event_list', columns, query }] }
}

export function note(content: string): WidgetDefinition {
  return {
    type: 'note',
    content,
    backgroundColor: 'transparent',
    fontSize: '14',
    textAlign: 'left',
    verticalAlign: 'center',
    showTick: false,
    hasPadding: true,
  }
}

/** The line on top of a group. */
export function heading(text: string): readonly Cell[] {
  return [{ definition: note(text), width: COLUMNS, height: 1 }]
}

/** Widgets side by side. @param widths in columns; without them all are as wide as one another */
export function row(
  definitions: readonly WidgetDefinition[],
  widths: readonly number[] = definitions.map(() => COLUMNS / definitions.length),
): readonly Cell[] {
  return definitions.map((definition, at) => ({
    definition,
    width: widths[at] ?? COLUMNS,
    height: ROW_HEIGHT,
  }))
}

/** A group of widgets under a title, row by row. */
export function group(title: string, backgroundColor: string, rows: readonly (readonly Cell[])[]): Cell {
  const widgets = place(rows)
  const height = 1 + Math.max(...widgets.map(({ layout }) => (layout ? layout.y + layout.height : 0)))
  return {
    width: COLUMNS,
    height,
    definition: { type: 'group', layoutType: 'ordered', title, backgroundColor, showTitle: true, widgets },
  }
}

/** Places rows below one another, and the cells of a row side by side. */
export function place(rows: readonly (readonly Cell[])[]): Dashboard['widgets'] {
  let y = 0
  return rows.flatMap((row) => {
    let x = 0
    const widgets = row.map(({ definition, width, height }): Widget => {
      const layout = { x, y, width, height }
      x += width
      return { definition, layout }
    })
    y += Math.max(...row.map(({ height }) => height))
    return widgets
  })
}

function topList(
  title: string,
  queries: FormulaAndFunctionQueryDefinition[],
  data: Data,
  order: 'asc' | 'desc',
  links: WidgetCustomLink[] | undefined,
): WidgetDefinition {
  const sort = { count: 10, orderBy: [{ type: 'formula' as const, index: 0, order }] }
  return {
    type: 'toplist',
    title,
    requests: [{ responseFormat: 'scalar', queries, formulas: formulas(data), sort }],
    ...withLinks(links),
  }
}

function metricQueries({ queries }: Data, aggregator: Reduce | null): FormulaAndFunctionQueryDefinition[] {
  return Object.entries(queries).map(([name, query]) => ({
    dataSource: 'metrics',
    name,
    query,
    ...(aggregator === null ? {} : { aggregator }),
  }))
}

function formulas({ formulas }: Data, limit?: WidgetFormulaLimit): WidgetFormula[] {
  return formulas.map(([formula, alias]) => ({
    formula,
    ...(alias ? { alias } : {}),
    ...(limit ? { limit } : {}),
  }))
}

function withLinks(customLinks: WidgetCustomLink[] | undefined) {
  return customLinks ? { customLinks } : {}
}
