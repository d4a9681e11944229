import * as v from 'valibot'

const QuerySchema = v.object({
  data_source: v.string(),
  name: v.string(),
  query: v.optional(v.string()),
  aggregator: v.optional(v.string()),
  search: v.optional(v.object({ query: v.string() })),
  group_by: v.optional(v.array(v.object({ facet: v.string() }))),
})

const RequestSchema = v.object({
  queries: v.optional(v.array(QuerySchema), []),
  formulas: v.optional(
    v.array(
      v.object({
        formula: v.string(),
        alias: v.optional(v.string()),
        limit: v.optional(v.object({ count: v.number() })),
      }),
    ),
    [],
  ),
  display_type: v.optional(v.string()),
  style: v.optional(v.object({ palette: v.string() })),
  conditional_formats: v.optional(
    v.array(v.object({ comparator: v.string(), value: v.number(), palette: v.string() })),
    [],
  ),
  sort: v.optional(v.object({ order_by: v.array(v.object({ order: v.string() })) })),
  columns: v.optional(v.array(v.object({ field: v.string() })), []),
  query: v.optional(v.object({ query_string: v.string() })),
})

const DefinitionSchema = v.object({
  type: v.string(),
  title: v.optional(v.string(), ''),
  content: v.optional(v.string(), ''),
  precision: v.optional(v.number()),
  background_color: v.optional(v.string()),
  requests: v.optional(v.array(RequestSchema), []),
  markers: v.optional(
    v.array(v.object({ value: v.string(), display_type: v.string(), label: v.string() })),
    [],
  ),
})

const LayoutSchema = v.object({ x: v.number(), y: v.number(), width: v.number(), height: v.number() })
const WidgetSchema = v.object({ definition: DefinitionSchema, layout: LayoutSchema })

/** The part of `dashboard.json` that is drawn. */
const DashboardSchema = v.object({
  title: v.string(),
  template_variables: v.array(v.object({ name: v.string(), defaults: v.array(v.string()) })),
  widgets: v.array(
    v.object({
      definition: v.object({ ...DefinitionSchema.entries, widgets: v.optional(v.array(WidgetSchema), []) }),
      layout: LayoutSchema,
    }),
  ),
})

export type Definition = v.InferOutput<typeof DefinitionSchema>
export type Request = v.InferOutput<typeof RequestSchema>
export type Layout = v.InferOutput<typeof LayoutSchema>
export type DashboardJson = v.InferOutput<typeof DashboardSchema>

/** @throws if it is not a dashboard */
export function parseDashboard(json: unknown): DashboardJson {
  return v.parse(DashboardSchema, json)
}
